package dev.memberproxy.problem;

import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * An error answer before it is written: what went wrong, whose fault it is, whether
 * trying again is safe. Spring's {@code ProblemDetail} is not used because it is mutable
 * and open, and because a third of the problems arise where Spring MVC has no say.
 *
 * @param type which problem
 * @param status the HTTP status of the answer
 * @param detail one sentence about this occurrence, in our words; holds neither a
 * rejected value nor a text of Sentry's
 * @param outcome what became of the change asked for
 * @param errors all faults of the input, if the input is at fault
 * @param members the members that are in the way, as far as the caller may know
 * @param upstream what Sentry answered, if it did
 * @param headers further headers of the answer, such as {@code Retry-After}
 */
public record Problem(ProblemType type, HttpStatus status, String detail, Outcome outcome, List<InputError> errors,
		List<MemberInTheWay> members, @Nullable Upstream upstream, HttpHeaders headers) {

	/** The name of the servlet request attribute that holds the problem it ended with. */
	public static final String ATTRIBUTE = Problem.class.getName();

	public Problem {
		errors = List.copyOf(errors);
		members = List.copyOf(members);
		headers = HttpHeaders.readOnlyHttpHeaders(headers);
	}

	/**
	 * A problem with everything as usual for its type.
	 * @param type which problem
	 * @param detail one sentence about this occurrence
	 * @return the problem
	 */
	public static Problem of(ProblemType type, String detail) {
		return new Problem(type, type.status(), detail, type.outcome(), List.of(), List.of(), null, HttpHeaders.EMPTY);
	}

	/**
	 * The problem that stands for an error status set by Spring MVC or by Tomcat.
	 * @param status any status from 400 on
	 * @return the problem, with the status of its type
	 */
	public static Problem ofStatus(int status) {
		ProblemType type = ProblemType.ofStatus(status);
		return of(type, type.title() + ".");
	}

	public Problem withStatus(HttpStatus status) {
		return new Problem(this.type, status, this.detail, this.outcome, this.errors, this.members, this.upstream,
				this.headers);
	}

	public Problem withOutcome(Outcome outcome) {
		return new Problem(this.type, this.status, this.detail, outcome, this.errors, this.members, this.upstream,
				this.headers);
	}

	public Problem withErrors(List<InputError> errors) {
		return new Problem(this.type, this.status, this.detail, this.outcome, errors, this.members, this.upstream,
				this.headers);
	}

	public Problem withMembers(List<MemberInTheWay> members) {
		return new Problem(this.type, this.status, this.detail, this.outcome, this.errors, members, this.upstream,
				this.headers);
	}

	public Problem withUpstream(Upstream upstream) {
		return new Problem(this.type, this.status, this.detail, this.outcome, this.errors, this.members, upstream,
				this.headers);
	}

	public Problem withHeaders(HttpHeaders headers) {
		return new Problem(this.type, this.status, this.detail, this.outcome, this.errors, this.members, this.upstream,
				headers);
	}

	/**
	 * Tells the caller when to come back (RFC 9110 section 10.2.3).
	 * @param wait how long from now; rounded up to whole seconds, at least one
	 * @return the problem with a {@code Retry-After} header
	 */
	public Problem withRetryAfter(Duration wait) {
		HttpHeaders headers = new HttpHeaders();
		headers.addAll(this.headers);
		headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, wait.plusNanos(999_999_999).toSeconds())));
		return withHeaders(headers);
	}

	/**
	 * What Sentry answered.
	 *
	 * @param status the HTTP status
	 * @param errorId Sentry's own id of the failure, under which its operators find it
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Upstream(int status, @Nullable String errorId) {
	}

	/**
	 * A member that keeps another one from being created, or one of several that an
	 * address could mean.
	 *
	 * @param id the id of the membership
	 * @param sentryOrgRole the role that the member has
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record MemberInTheWay(String id, @Nullable String sentryOrgRole) {
	}

}
