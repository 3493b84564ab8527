package dev.memberproxy.problem;

import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.memberproxy.core.ReportedProblem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * An error response before it is rendered. Spring's {@code ProblemDetail} is not used: it
 * is mutable and open, and a third of the problems arise outside of Spring MVC.
 *
 * @param type the type of the problem
 * @param status the HTTP status of the response
 * @param detail one or two sentences about this occurrence; contain neither a rejected
 * value nor a text of Sentry's
 * @param outcome the outcome of the requested change
 * @param errors all errors in the input, if the input is the cause
 * @param members the members that conflict with the request, as far as the caller may
 * know them
 * @param upstream Sentry's response, if there was one
 * @param headers further headers of the response, such as {@code Retry-After}
 */
public record Problem(ProblemType type, HttpStatus status, String detail, Outcome outcome, List<InputError> errors,
		List<MemberInTheWay> members, @Nullable Upstream upstream, HttpHeaders headers) implements ReportedProblem {

	public Problem {
		errors = List.copyOf(errors);
		members = List.copyOf(members);
		headers = HttpHeaders.readOnlyHttpHeaders(headers);
	}

	/** A problem with the status and the outcome of its type. */
	public static Problem of(ProblemType type, String detail) {
		return new Problem(type, type.status(), detail, type.outcome(), List.of(), List.of(), null, HttpHeaders.EMPTY);
	}

	/** The problem for an error status that Spring MVC or Tomcat has set. */
	public static Problem ofStatus(int status) {
		ProblemType type = ProblemType.ofStatus(status);
		return of(type, type.title() + ".");
	}

	@Override
	public String slug() {
		return this.type.slug();
	}

	@Override
	public String outcomeId() {
		return this.outcome.id();
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
	 * Adds a {@code Retry-After} header (RFC 9110 section 10.2.3).
	 * @param wait the time from now, rounded up to whole seconds, at least one
	 */
	public Problem withRetryAfter(Duration wait) {
		HttpHeaders more = new HttpHeaders();
		more.addAll(this.headers);
		more.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, wait.plusNanos(999_999_999).toSeconds())));
		return withHeaders(more);
	}

	/**
	 * Sentry's response.
	 *
	 * @param status the HTTP status
	 * @param errorId Sentry's id of the error, for those who operate Sentry
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Upstream(int status, @Nullable String errorId) {
	}

	/**
	 * A member that conflicts with the request.
	 *
	 * @param id the id of the member
	 * @param sentryOrgRole the role of the member, if the caller may know it
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record MemberInTheWay(String id, @Nullable String sentryOrgRole) {
	}

}
