package dev.memberproxy.audit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.RequestId;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.Problem;
import io.micrometer.core.instrument.Tags;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request. {@link AuditFilter} opens it and writes it down; the
 * stages that the request passes fill it in. Belongs to the thread of the request.
 */
public final class AuditRecord implements AttemptObserver {

	private static final String ATTRIBUTE = AuditRecord.class.getName();

	private static final String NONE = "none";

	private final RequestId requestId;

	private @Nullable String traceId;

	private final @Nullable String remoteAddress;

	private final long start;

	private @Nullable String client;

	private @Nullable String requestedBy;

	private @Nullable Activity activity;

	private @Nullable Integer item;

	private boolean dryRun;

	private @Nullable String organization;

	private @Nullable EmailAddress target;

	private @Nullable Role roleAsked;

	private @Nullable String roleGiven;

	private @Nullable MemberId memberId;

	private @Nullable String outcome;

	private List<String> warnings = List.of();

	private @Nullable Problem problem;

	private @Nullable String idempotencyKeyDigest;

	private @Nullable Integer upstreamStatus;

	private int attempts;

	/** Whether an attempt has been made to change something. */
	private boolean changing;

	private boolean written;

	AuditRecord(RequestId requestId, @Nullable String traceId, @Nullable String remoteAddress, long start) {
		this.requestId = requestId;
		this.traceId = traceId;
		this.remoteAddress = remoteAddress;
		this.start = start;
	}

	/**
	 * A trail of something that nobody asked for, and that is not written down.
	 * @return the trail
	 */
	public static AuditRecord ofNoRequest() {
		return new AuditRecord(RequestId.acceptOrCreate(null), null, null, System.nanoTime());
	}

	/**
	 * The trail of a request.
	 * @param request a request to the API
	 * @return its trail
	 */
	public static AuditRecord of(HttpServletRequest request) {
		return find(request).orElseThrow();
	}

	/**
	 * The trail of a request, if it has one.
	 * @param request any request
	 * @return its trail; empty for pages, and for requests to the management port
	 */
	public static Optional<AuditRecord> find(HttpServletRequest request) {
		return Optional.ofNullable((AuditRecord) request.getAttribute(ATTRIBUTE));
	}

	void attachTo(HttpServletRequest request) {
		request.setAttribute(ATTRIBUTE, this);
	}

	/** The trace that the request is part of, as far as spans are made. */
	void traceId(String id) {
		this.traceId = id;
	}

	/** Who calls. */
	public void client(String name) {
		this.client = name;
	}

	/** Who is behind the call, as the app claims. */
	public void requestedBy(String claim) {
		this.requestedBy = claim;
	}

	/** What is to be done. */
	public void activity(Activity asked) {
		this.activity = asked;
	}

	/** Nothing is to be changed. */
	public void dryRun() {
		this.dryRun = true;
	}

	/** Where it is to be done: an alias that exists for the client. */
	public void organization(String alias) {
		this.organization = alias;
	}

	/** Whom it is about. */
	public void target(MemberRef ref) {
		switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> this.target = address;
			case MemberRef.ById(MemberId id) -> this.memberId = id;
		}
	}

	/** The role asked for, if any. */
	public void roleAsked(@Nullable Role role) {
		this.roleAsked = role;
	}

	/** The digest of the idempotency key. */
	public void idempotencyKey(String digest) {
		this.idempotencyKeyDigest = digest;
	}

	/**
	 * Sentry is called, or it is tried.
	 * @param change whether it is to change something
	 * @return how often it was, this time included
	 */
	@Override
	public int attempt(boolean change) {
		this.attempts++;
		this.changing |= change;
		if (change == this.changing) {
			this.upstreamStatus = null;
		}
		return this.attempts;
	}

	/**
	 * Sentry answered. What it answered to a change is worth more than what it answered
	 * to the questions that settle it.
	 * @param change whether it was to change something
	 * @param status the status of the answer
	 */
	@Override
	public void responded(boolean change, int status) {
		if (change == this.changing) {
			this.upstreamStatus = status;
		}
	}

	/** What it came to. */
	public void outcome(String success) {
		this.outcome = success;
	}

	/**
	 * What is known of the member that it was about.
	 * @param id the member
	 * @param role the role that the member has
	 */
	public void member(MemberId id, @Nullable String role) {
		this.memberId = id;
		this.roleGiven = role;
	}

	/** What the caller was warned of, by code. */
	public void warnings(List<String> codes) {
		this.warnings = List.copyOf(codes);
	}

	/** It ended with a problem. */
	public void problem(Problem end) {
		this.problem = end;
	}

	/** An earlier request had done it, or had failed for good. */
	public void replayed() {
		this.outcome = "replayed";
	}

	/**
	 * Begins the trail of one item of a batch.
	 * @param index the number of the item, from 0
	 * @return a trail that tells of the same caller and organization
	 */
	public AuditRecord item(int index) {
		AuditRecord trail = new AuditRecord(this.requestId, this.traceId, this.remoteAddress, System.nanoTime());
		trail.client = this.client;
		trail.requestedBy = this.requestedBy;
		trail.organization = this.organization;
		trail.item = index;
		return trail;
	}

	public RequestId requestId() {
		return this.requestId;
	}

	@Nullable String traceId() {
		return this.traceId;
	}

	/**
	 * The problem that it ended with.
	 * @return the problem, or empty if it went well or has not ended
	 */
	public Optional<Problem> problem() {
		return Optional.ofNullable(this.problem);
	}

	/** Whether it has not been written down; from now on it has. */
	boolean isWrittenNow() {
		boolean first = !this.written;
		this.written = true;
		return first;
	}

	/** By what requests are counted. */
	Ending ending() {
		String end = (this.problem != null) ? this.problem.outcome().id() : this.outcome;
		return new Ending((this.activity != null) ? this.activity.id() : NONE, (end != null) ? end : NONE,
				(this.problem != null) ? this.problem.type().slug() : NONE, (this.client != null) ? this.client : NONE);
	}

	/**
	 * All there is to tell, in a fixed order, absent things left out.
	 * @param addressForm how to tell whom it was about
	 * @param now the present time, in nanoseconds of the clock that told the start
	 * @return names and values
	 */
	Map<String, Object> facts(AddressForm addressForm, long now) {
		Map<String, Object> facts = new LinkedHashMap<>();
		put(facts, "client", this.client);
		put(facts, "requestedBy", this.requestedBy);
		put(facts, "operation", (this.activity != null) ? this.activity.id() : null);
		put(facts, "item", this.item);
		put(facts, "dryRun", this.dryRun ? true : null);
		put(facts, "organization", this.organization);
		put(facts, "target", (this.target != null) ? addressForm.format(this.target) : null);
		put(facts, "roleAsked", (this.roleAsked != null) ? this.roleAsked.id() : null);
		put(facts, "roleGiven", this.roleGiven);
		put(facts, "memberId", (this.memberId != null) ? this.memberId.value() : null);
		put(facts, "outcome", this.outcome);
		put(facts, "warnings", this.warnings.isEmpty() ? null : String.join(",", this.warnings));
		put(facts, "upstreamStatus", this.upstreamStatus);
		putProblem(facts);
		put(facts, "attempts", this.attempts);
		put(facts, "durationMillis", Duration.ofNanos(now - this.start).toMillis());
		put(facts, "requestId", this.requestId.value());
		put(facts, "traceId", this.traceId);
		put(facts, "remoteAddress", this.remoteAddress);
		put(facts, "idempotencyKey", this.idempotencyKeyDigest);
		return facts;
	}

	private void putProblem(Map<String, Object> facts) {
		if (this.problem != null) {
			facts.put("outcome", this.problem.outcome().id());
			facts.put("problem", this.problem.type().slug());
		}
	}

	private static void put(Map<String, Object> facts, String name, @Nullable Object value) {
		if (value != null) {
			facts.put(name, value);
		}
	}

	/**
	 * What a request was, and came to. Each part is one of few values: clients are those
	 * of the configuration.
	 *
	 * @param operation what was to be done
	 * @param outcome what became of it
	 * @param problem the problem it ended with
	 * @param client who asked
	 */
	record Ending(String operation, String outcome, String problem, String client) {

		Tags tags() {
			return Tags.of("operation", this.operation, "outcome", this.outcome, "problem", this.problem, "client",
					this.client);
		}

	}

}
