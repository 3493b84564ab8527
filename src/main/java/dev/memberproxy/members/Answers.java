package dev.memberproxy.members;

import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.memberproxy.audit.Trail;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Delivered;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.ResponseEntity.BodyBuilder;

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
	ResponseEntity<byte[]> of(Delivered.Confirmed confirmed, Command command, Caller caller) {
		return switch (confirmed) {
			case Delivered.Created(Member member, boolean hidden) -> {
				Set<Warning> warnings = warnings(member, command);
				if (hidden) {
					warnings.add(Warning.NOT_LISTED);
				}
				yield change("created", ResponseEntity.created(location(member, caller)), member, warnings, command,
						caller);
			}
			case Delivered.Reconciled(Member member) -> change("reconciled",
					ResponseEntity.ok().location(location(member, caller)), member, Set.of(), command, caller);
			case Delivered.Updated(Member member) ->
				change("updated", ResponseEntity.ok(), member, warnings(member, command), command, caller);
			case Delivered.Unchanged(Member member) ->
				change("unchanged", ResponseEntity.ok(), member, Set.of(), command, caller);
			case Delivered.Deleted(Member member) -> {
				note("deleted", member, caller.trail());
				yield ResponseEntity.noContent().header(OUTCOME, "deleted").build();
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

	private ResponseEntity<byte[]> change(String outcome, BodyBuilder answer, Member member, Set<Warning> warnings,
			Command command, Caller caller) {
		note(outcome, member, caller.trail());
		caller.trail().warnings(warnings.stream().map(Warning::code).toList());
		return answer.header(OUTCOME, outcome)
			.body(write(MemberResponse.of(member, address(command)).withWarnings(List.copyOf(warnings))));
	}

	private static URI location(Member member, Caller caller) {
		return URI.create(caller.collection() + "/" + member.id());
	}

	/** Shows the member as it would be, or, where it would go, as it is. */
	private ResponseEntity<byte[]> plan(Delivered.Change change, @Nullable Member present, Command command,
			Caller caller) {
		String outcome = switch (change) {
			case CREATE -> "would-create";
			case UPDATE -> "would-update";
			case DELETE -> "would-delete";
		};
		caller.trail().outcome(outcome);
		MemberResponse now = (present != null) ? MemberResponse.of(present, address(command))
				: MemberResponse.ofNobody(address(command));
		Role role = command.role();
		return ResponseEntity.ok().header(OUTCOME, outcome).body(write((role != null) ? now.withRole(role) : now));
	}

	private ResponseEntity<byte[]> list(MemberPage page, Command command, Caller caller) {
		HttpHeaders headers = new HttpHeaders();
		int startIndex = 1;
		if (command instanceof Command.Browse browse) {
			startIndex = browse.startIndex();
			headers.set(HttpHeaders.LINK, links(browse, page, caller.collection()));
		}
		return ResponseEntity.ok().headers(headers).body(write(MemberListResponse.of(page, startIndex)));
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

	private static void note(String outcome, Member member, Trail trail) {
		trail.outcome(outcome);
		trail.member(member.id(), member.sentryOrgRole());
	}

	private static Set<Warning> warnings(Member member, Command command) {
		Role asked = command.role();
		return (asked == null || member.hasRole(asked)) ? EnumSet.noneOf(Warning.class)
				: EnumSet.of(Warning.ROLE_DIFFERS);
	}

	/** Whose address it is in case Sentry does not say. */
	private static @Nullable EmailAddress address(Command command) {
		return (command.ref() instanceof MemberRef.ByAddress(EmailAddress address)) ? address : null;
	}

	private ResponseEntity<byte[]> ok(Object body) {
		return ResponseEntity.ok(write(body));
	}

	private byte[] write(Object body) {
		return this.writer.writeValueAsBytes(body);
	}

}
