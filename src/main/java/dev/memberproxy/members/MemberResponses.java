package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.provisioning.MemberCommand;
import dev.memberproxy.provisioning.MemberCommand.Change;
import dev.memberproxy.provisioning.MemberResult;
import dev.memberproxy.provisioning.MemberResult.Answered;
import dev.memberproxy.provisioning.MemberResult.Confirmed;
import dev.memberproxy.provisioning.MemberResult.PlannedChange;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Renders the responses of successful commands, and notes their outcome for the audit
 * log.
 */
public final class MemberResponses {

	/** The response header with the outcome of a change. */
	public static final String OUTCOME = "Members-Outcome";

	private final JsonMapper mapper = JsonMapper.shared();

	RenderedResponse of(Confirmed result, Change command, CallContext context) {
		return switch (result) {
			case MemberResult.Created(Member member, boolean hidden) -> {
				List<Warning> warnings = warnings(member, command);
				if (hidden) {
					warnings.add(Warning.NOT_LISTED);
				}
				yield change("created", HttpStatus.CREATED, member, warnings, command, context)
					.with(HttpHeaders.LOCATION, location(member, context));
			}
			case MemberResult.Reconciled(Member member) ->
				change("reconciled", HttpStatus.OK, member, unknownAttributes(command), command, context)
					.with(HttpHeaders.LOCATION, location(member, context));
			case MemberResult.Updated(Member member) ->
				change("updated", HttpStatus.OK, member, warnings(member, command), command, context);
			case MemberResult.Unchanged(Member member) ->
				change("unchanged", HttpStatus.OK, member, unknownAttributes(command), command, context);
			case MemberResult.Deleted(Member member) -> {
				note("deleted", member, context.audit());
				yield RenderedResponse.of(HttpStatus.NO_CONTENT).with(OUTCOME, "deleted");
			}
			case MemberResult.Planned(PlannedChange change, Member current) -> plan(change, current, command, context);
		};
	}

	RenderedResponse of(Answered result, MemberCommand.Read command, CallContext context) {
		return switch (result) {
			case MemberResult.Found(Member member) -> {
				note("found", member, context.audit());
				yield ok(MemberResponse.of(member, address(command)));
			}
			case MemberResult.Searched(Lookup lookup) -> {
				context.audit().outcome("listed");
				yield ok(MemberListResponse.of(lookup));
			}
			case MemberResult.Listed listed -> {
				context.audit().outcome("listed");
				yield ok(MemberListResponse.of(listed.page(), listed.startIndex())).with(HttpHeaders.LINK,
						links(listed, context.collection()));
			}
		};
	}

	private RenderedResponse change(String outcome, HttpStatus status, Member member, List<Warning> warnings,
			Change command, CallContext context) {
		note(outcome, member, context.audit());
		context.audit().warnings(warnings.stream().map((warning) -> warning.code().id()).distinct().toList());
		MemberResponse body = MemberResponse.of(member, address(command)).withOutcome(outcome).withWarnings(warnings);
		return RenderedResponse.of(status, write(body)).with(OUTCOME, outcome);
	}

	private static String location(Member member, CallContext context) {
		return context.collection() + "/" + member.id();
	}

	/** A dry run returns the member as it would be, or, before a deletion, as it is. */
	private RenderedResponse plan(PlannedChange change, @Nullable Member current, Change command, CallContext context) {
		String outcome = switch (change) {
			case CREATE -> "would-create";
			case UPDATE_ROLE -> "would-update";
			case DELETE -> "would-delete";
		};
		context.audit().outcome(outcome);
		EmailAddress address = address(command);
		MemberResponse member = ((current != null) ? MemberResponse.of(current, address)
				: MemberResponse.ofNewMember(address))
			.withOutcome(outcome);
		Role role = command.role();
		MemberResponse planned = (role != null) ? member.withRole(role) : member;
		return ok(planned.withWarnings(unknownAttributes(command))).with(OUTCOME, outcome);
	}

	/** RFC 8288. Relative, as the name that callers use for this service is not known. */
	private static String links(MemberResult.Listed listed, String collection) {
		MemberPage page = listed.page();
		int startIndex = listed.startIndex();
		int count = listed.count();
		List<String> links = new ArrayList<>();
		links.add(link(collection, 1, count, "first"));
		if (startIndex > 1) {
			links.add(link(collection, Math.max(1, startIndex - count), count, "prev"));
		}
		long next = (long) startIndex + page.members().size();
		if (next <= page.total() && !page.members().isEmpty()) {
			links.add(link(collection, next, count, "next"));
		}
		return String.join(", ", links);
	}

	private static String link(String collection, long startIndex, int count, String relation) {
		return "<" + collection + "?startIndex=" + startIndex + "&count=" + count + ">; rel=\"" + relation + "\"";
	}

	private static void note(String outcome, Member member, AuditRecord audit) {
		audit.outcome(outcome);
		audit.member(member.id(), member.sentryOrgRole());
	}

	private static List<Warning> warnings(Member member, Change command) {
		List<Warning> warnings = new ArrayList<>();
		Role requested = command.role();
		if (requested != null && !member.hasRole(requested)) {
			warnings.add(Warning.ROLE_DIFFERS);
		}
		warnings.addAll(unknownAttributes(command));
		return warnings;
	}

	private static List<Warning> unknownAttributes(Change command) {
		return command.attributes()
			.keySet()
			.stream()
			.filter((name) -> !FieldNames.isKnown(name))
			.map(Warning::ofUnknownAttribute)
			.toList();
	}

	/** The address of the command, for members whose address Sentry does not report. */
	private static @Nullable EmailAddress address(MemberCommand command) {
		return (command.ref() instanceof MemberRef.ByAddress(EmailAddress address)) ? address : null;
	}

	private RenderedResponse ok(Object body) {
		return RenderedResponse.of(HttpStatus.OK, write(body));
	}

	private byte[] write(Object body) {
		return this.mapper.writeValueAsBytes(body);
	}

}
