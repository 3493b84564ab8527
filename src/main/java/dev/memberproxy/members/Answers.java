package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Delivered;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** Makes answers out of what went well. */
final class Answers {

	/** The response header that says what a change came to. */
	static final String OUTCOME = "Members-Outcome";

	private final ObjectWriter writer = JsonMapper.builder().build().writer();

	/**
	 * The answer to a command.
	 * @param confirmed what came of it
	 * @param command what was asked for
	 * @param caller who asked
	 * @return the answer
	 */
	RenderedResponse of(Delivered.Confirmed confirmed, Command command, CallContext caller) {
		return switch (confirmed) {
			case Delivered.Created(Member member, boolean hidden) -> {
				List<Warning> warnings = warnings(member, command);
				if (hidden) {
					warnings.add(Warning.NOT_LISTED);
				}
				yield change("created", HttpStatus.CREATED, member, warnings, command, caller)
					.with(HttpHeaders.LOCATION, location(member, caller));
			}
			case Delivered.Reconciled(Member member) ->
				change("reconciled", HttpStatus.OK, member, unknownAttributes(command), command, caller)
					.with(HttpHeaders.LOCATION, location(member, caller));
			case Delivered.Updated(Member member) ->
				change("updated", HttpStatus.OK, member, warnings(member, command), command, caller);
			case Delivered.Unchanged(Member member) ->
				change("unchanged", HttpStatus.OK, member, unknownAttributes(command), command, caller);
			case Delivered.Deleted(Member member) -> {
				note("deleted", member, caller.trail());
				yield RenderedResponse.of(HttpStatus.NO_CONTENT).with(OUTCOME, "deleted");
			}
			case Delivered.Planned(Delivered.Change change, Member present) -> plan(change, present, command, caller);
			case Delivered.Found(Member member) -> {
				note("found", member, caller.trail());
				yield ok(MemberResponse.of(member, address(command)));
			}
			case Delivered.Searched(Lookup lookup) -> {
				caller.trail().outcome("listed");
				yield ok(MemberListResponse.of(lookup));
			}
			case Delivered.Listed(MemberPage page) -> {
				caller.trail().outcome("listed");
				yield list(page, command, caller);
			}
		};
	}

	private RenderedResponse change(String outcome, HttpStatus status, Member member, List<Warning> warnings,
			Command command, CallContext caller) {
		note(outcome, member, caller.trail());
		caller.trail().warnings(warnings.stream().map((warning) -> warning.code().id()).distinct().toList());
		MemberResponse body = MemberResponse.of(member, address(command)).withOutcome(outcome).withWarnings(warnings);
		return new RenderedResponse(status, Map.of(OUTCOME, outcome), write(body), null);
	}

	private static String location(Member member, CallContext caller) {
		return caller.collection() + "/" + member.id();
	}

	/** Shows the member as it would be, or, where it would go, as it is. */
	private RenderedResponse plan(Delivered.Change change, @Nullable Member present, Command command,
			CallContext caller) {
		String outcome = switch (change) {
			case CREATE -> "would-create";
			case UPDATE -> "would-update";
			case DELETE -> "would-delete";
		};
		caller.trail().outcome(outcome);
		MemberResponse now = ((present != null) ? MemberResponse.of(present, address(command))
				: MemberResponse.ofNobody(address(command)))
			.withOutcome(outcome);
		Role role = command.role();
		MemberResponse planned = (role != null) ? now.withRole(role) : now;
		return ok(planned.withWarnings(unknownAttributes(command))).with(OUTCOME, outcome);
	}

	private RenderedResponse list(MemberPage page, Command command, CallContext caller) {
		return (command instanceof Command.Browse browse) ? ok(MemberListResponse.of(page, browse.startIndex()))
			.with(HttpHeaders.LINK, links(browse, page, caller.collection())) : ok(MemberListResponse.of(page, 1));
	}

	/** RFC 8288; relative, because we do not know by what name we are called. */
	private static String links(Command.Browse browse, MemberPage page, String collection) {
		List<String> links = new ArrayList<>();
		links.add(link(collection, 1, browse.count(), "first"));
		if (browse.startIndex() > 1) {
			links.add(link(collection, Math.max(1, browse.startIndex() - browse.count()), browse.count(), "prev"));
		}
		long next = (long) browse.startIndex() + page.members().size();
		if (next <= page.total() && !page.members().isEmpty()) {
			links.add(link(collection, next, browse.count(), "next"));
		}
		return String.join(", ", links);
	}

	private static String link(String collection, long startIndex, int count, String relation) {
		return "<" + collection + "?startIndex=" + startIndex + "&count=" + count + ">; rel=\"" + relation + "\"";
	}

	private static void note(String outcome, Member member, AuditRecord trail) {
		trail.outcome(outcome);
		trail.member(member.id(), member.sentryOrgRole());
	}

	private static List<Warning> warnings(Member member, Command command) {
		List<Warning> warnings = new ArrayList<>();
		Role asked = command.role();
		if (asked != null && !member.hasRole(asked)) {
			warnings.add(Warning.ROLE_DIFFERS);
		}
		warnings.addAll(unknownAttributes(command));
		return warnings;
	}

	private static List<Warning> unknownAttributes(Command command) {
		return command.attributes()
			.keySet()
			.stream()
			.filter((name) -> !FieldNames.isKnown(name))
			.map(Warning::ofUnknownAttribute)
			.toList();
	}

	/** Whose address it is in case Sentry does not say. */
	private static @Nullable EmailAddress address(Command command) {
		return (command.ref() instanceof MemberRef.ByAddress(EmailAddress address)) ? address : null;
	}

	private RenderedResponse ok(Object body) {
		return RenderedResponse.of(HttpStatus.OK, write(body));
	}

	private byte[] write(Object body) {
		return this.writer.writeValueAsBytes(body);
	}

}
