package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.provisioning.ChangeResult.Confirmed;
import dev.memberproxy.provisioning.ChangeResult.Outcome;
import dev.memberproxy.provisioning.MemberCommand;
import dev.memberproxy.provisioning.MemberCommand.Change;
import dev.memberproxy.provisioning.ReadResult;
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
		Outcome outcome = result.outcome();
		note(outcome.id(), result.member(), outcome.isDryRun(), context.audit());
		if (outcome == Outcome.DELETED) {
			return RenderedResponse.of(HttpStatus.NO_CONTENT).with(OUTCOME, outcome.id());
		}
		List<Warning> warnings = warnings(result, command);
		MemberResponse body = body(result, command).withOutcome(outcome.id()).withWarnings(warnings);
		RenderedResponse response = RenderedResponse
			.of((outcome == Outcome.CREATED) ? HttpStatus.CREATED : HttpStatus.OK, write(body))
			.with(OUTCOME, outcome.id());
		if (!outcome.isDryRun()) {
			context.audit().warnings(warnings.stream().map((warning) -> warning.code().id()).distinct().toList());
		}
		return (outcome == Outcome.CREATED || outcome == Outcome.RECONCILED)
				? response.with(HttpHeaders.LOCATION, context.collection() + "/" + body.id()) : response;
	}

	/** A dry run returns the member as it would be, or, before a deletion, as it is. */
	private static MemberResponse body(Confirmed result, Change command) {
		EmailAddress address = address(command);
		Member member = result.member();
		MemberResponse body = (member != null) ? MemberResponse.of(member, address)
				: MemberResponse.ofNewMember(address);
		Role role = command.role();
		return (role != null && result.outcome().isDryRun()) ? body.withRole(role) : body;
	}

	RenderedResponse of(ReadResult.Found found, MemberCommand command, CallContext context) {
		note("found", found.member(), false, context.audit());
		return ok(MemberResponse.of(found.member(), address(command)));
	}

	RenderedResponse of(ReadResult.Searched searched, CallContext context) {
		context.audit().outcome("listed");
		return ok(MemberListResponse.of(searched.lookup()));
	}

	RenderedResponse of(ReadResult.Listed listed, CallContext context) {
		context.audit().outcome("listed");
		return ok(MemberListResponse.of(listed.page(), listed.startIndex())).with(HttpHeaders.LINK,
				links(listed, context.collection()));
	}

	/** RFC 8288. Relative, as the name that callers use for this service is not known. */
	private static String links(ReadResult.Listed listed, String collection) {
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

	private static void note(String outcome, @Nullable Member member, boolean dryRun, AuditRecord audit) {
		audit.outcome(outcome);
		if (member != null && !dryRun) {
			audit.member(member.id(), member.sentryOrgRole());
		}
	}

	private static List<Warning> warnings(Confirmed result, Change command) {
		List<Warning> warnings = new ArrayList<>();
		boolean changed = result.outcome() == Outcome.CREATED || result.outcome() == Outcome.UPDATED;
		Member member = result.member();
		Role requested = command.role();
		if (changed && member != null && requested != null && !member.hasRole(requested)) {
			warnings.add(Warning.ROLE_DIFFERS);
		}
		warnings.addAll(unknownAttributes(command));
		if (result.hidden()) {
			warnings.add(Warning.NOT_LISTED);
		}
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
