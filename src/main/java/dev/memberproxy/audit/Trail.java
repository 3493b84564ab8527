package dev.memberproxy.audit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.RequestId;
import dev.memberproxy.core.Role;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request. {@link TrailFilter} opens it and writes it down; the
 * stages that the request passes fill it in. Belongs to the thread of the request.
 */
public final class Trail {

	private static final String ATTRIBUTE = Trail.class.getName();

	private final RequestId requestId;

	private final @Nullable String traceId;

	private final long start;

	private @Nullable String client;

	private @Nullable String requestedBy;

	private @Nullable Operation operation;

	private @Nullable String organization;

	private @Nullable EmailAddress target;

	private @Nullable Role roleAsked;

	private @Nullable String roleGiven;

	private @Nullable String memberId;

	private @Nullable String outcome;

	private @Nullable String idempotencyKeyDigest;

	private @Nullable Integer upstreamStatus;

	private int attempts;

	private boolean written;

	Trail(RequestId requestId, @Nullable String traceId, long start) {
		this.requestId = requestId;
		this.traceId = traceId;
		this.start = start;
	}

	/**
	 * The trail of a request.
	 * @param request a request to the API
	 * @return its trail
	 */
	public static Trail of(HttpServletRequest request) {
		return find(request).orElseThrow();
	}

	/**
	 * The trail of a request, if it has one.
	 * @param request any request
	 * @return its trail; empty for requests to the management port
	 */
	public static Optional<Trail> find(HttpServletRequest request) {
		return Optional.ofNullable((Trail) request.getAttribute(ATTRIBUTE));
	}

	void attachTo(HttpServletRequest request) {
		request.setAttribute(ATTRIBUTE, this);
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
	public void operation(Operation asked) {
		this.operation = asked;
	}

	/** Where it is to be done: an alias that exists for the client. */
	public void organization(String alias) {
		this.organization = alias;
	}

	/** Whom it is about, and the role asked for, if any. */
	public void target(EmailAddress address, @Nullable Role role) {
		this.target = address;
		this.roleAsked = role;
	}

	/** The digest of the idempotency key. */
	public void idempotencyKey(String digest) {
		this.idempotencyKeyDigest = digest;
	}

	/** Sentry was called, or it was tried. */
	public void attempt() {
		this.attempts++;
	}

	/**
	 * It was done.
	 * @param successOutcome what it came to
	 * @param sentryStatus the status of Sentry's answer that said so
	 * @param id the member
	 * @param role the role that the member has
	 */
	public void success(String successOutcome, int sentryStatus, String id, @Nullable String role) {
		this.outcome = successOutcome;
		this.upstreamStatus = sentryStatus;
		this.memberId = id;
		this.roleGiven = role;
	}

	/** An earlier request had done it, or had failed for good. */
	public void replayed() {
		this.outcome = "replayed";
	}

	RequestId requestId() {
		return this.requestId;
	}

	@Nullable String traceId() {
		return this.traceId;
	}

	/** Whether it has not been written down; from now on it has. */
	boolean isWrittenNow() {
		boolean first = !this.written;
		this.written = true;
		return first;
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
		put(facts, "operation", (this.operation != null) ? this.operation.id() : null);
		put(facts, "organization", this.organization);
		put(facts, "target", (this.target != null) ? addressForm.format(this.target) : null);
		put(facts, "roleAsked", (this.roleAsked != null) ? this.roleAsked.id() : null);
		put(facts, "roleGiven", this.roleGiven);
		put(facts, "outcome", this.outcome);
		put(facts, "memberId", this.memberId);
		put(facts, "upstreamStatus", this.upstreamStatus);
		put(facts, "attempts", this.attempts);
		put(facts, "durationMillis", Duration.ofNanos(now - this.start).toMillis());
		put(facts, "requestId", this.requestId.value());
		put(facts, "traceId", this.traceId);
		put(facts, "idempotencyKey", this.idempotencyKeyDigest);
		return facts;
	}

	private static void put(Map<String, Object> facts, String name, @Nullable Object value) {
		if (value != null) {
			facts.put(name, value);
		}
	}

}
