package dev.memberproxy.audit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.ReportedProblem;
import dev.memberproxy.core.RequestId;
import dev.memberproxy.core.Role;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request, for the audit log. {@link AuditFilter} opens and writes
 * it; everything that processes the request adds to it. Confined to the thread of the
 * request, as is the record of each item of a batch to the thread of the item.
 */
public final class AuditRecord implements AttemptObserver {

	private static final String ATTRIBUTE = AuditRecord.class.getName();

	private final RequestId requestId;

	private final long start = System.nanoTime();

	private final Map<AuditField, Object> fields = new EnumMap<>(AuditField.class);

	private int attempts;

	/** Whether an attempt was made to change something. */
	private boolean changing;

	private boolean written;

	AuditRecord(RequestId requestId, @Nullable String traceId, @Nullable String remoteAddress) {
		this.requestId = requestId;
		put(AuditField.REQUEST_ID, requestId.value());
		put(AuditField.TRACE_ID, traceId);
		put(AuditField.REMOTE_ADDRESS, remoteAddress);
	}

	/** The record of a request to the API. */
	public static AuditRecord of(HttpServletRequest request) {
		return find(request).orElseThrow();
	}

	/** The record of any request; empty for pages and on the management port. */
	public static Optional<AuditRecord> find(HttpServletRequest request) {
		return Optional.ofNullable((AuditRecord) request.getAttribute(ATTRIBUTE));
	}

	void attachTo(HttpServletRequest request) {
		request.setAttribute(ATTRIBUTE, this);
	}

	/** Starts the record of one item of a batch; items are numbered from 0. */
	public AuditRecord item(int index) {
		AuditRecord item = new AuditRecord(this.requestId, traceId(), (String) get(AuditField.REMOTE_ADDRESS));
		List.of(AuditField.CLIENT, AuditField.REQUESTED_BY, AuditField.ORGANIZATION)
			.forEach((field) -> item.put(field, get(field)));
		item.put(AuditField.ITEM, index);
		return item;
	}

	public RequestId requestId() {
		return this.requestId;
	}

	public void client(String name) {
		put(AuditField.CLIENT, name);
	}

	/** The person behind the call, as the app claims. */
	public void requestedBy(String claim) {
		put(AuditField.REQUESTED_BY, claim);
	}

	public void activity(Activity activity) {
		put(AuditField.OPERATION, activity.id());
	}

	public void dryRun() {
		put(AuditField.DRY_RUN, true);
	}

	/** An alias that the client may know of. */
	public void organization(String alias) {
		put(AuditField.ORGANIZATION, alias);
	}

	public void target(MemberRef ref) {
		switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> put(AuditField.TARGET, address);
			case MemberRef.ById(MemberId id) -> put(AuditField.MEMBER_ID, id.value());
		}
	}

	public void roleAsked(@Nullable Role role) {
		put(AuditField.ROLE_ASKED, (role != null) ? role.id() : null);
	}

	/** A digest of the idempotency key: the key itself gives access to its response. */
	public void idempotencyKey(String digest) {
		put(AuditField.IDEMPOTENCY_KEY, digest);
	}

	@Override
	public int attempt(boolean change) {
		this.changing |= change;
		if (isRelevant(change)) {
			this.fields.remove(AuditField.UPSTREAM_STATUS);
		}
		return ++this.attempts;
	}

	@Override
	public void responded(boolean change, int status) {
		if (isRelevant(change)) {
			put(AuditField.UPSTREAM_STATUS, status);
		}
	}

	/** The response to a change counts more than those to the lookups after it. */
	private boolean isRelevant(boolean change) {
		return change == this.changing;
	}

	/** How the request succeeded, such as {@code created}. */
	public void outcome(String success) {
		put(AuditField.OUTCOME, success);
	}

	/** The response is the stored one of an earlier request. */
	public void replayed() {
		outcome("replayed");
	}

	public void member(MemberId id, @Nullable String role) {
		put(AuditField.MEMBER_ID, id.value());
		put(AuditField.ROLE_GIVEN, role);
	}

	/** The warnings in the response, by code. */
	public void warnings(List<String> codes) {
		put(AuditField.WARNINGS, codes.isEmpty() ? null : String.join(",", codes));
	}

	public void problem(ReportedProblem problem) {
		put(AuditField.OUTCOME, problem.outcomeId());
		put(AuditField.PROBLEM, problem.slug());
	}

	/** Replaces the trace that the caller named by the one that spans belong to. */
	void traceId(String id) {
		put(AuditField.TRACE_ID, id);
	}

	@Nullable String traceId() {
		return (String) get(AuditField.TRACE_ID);
	}

	/** Whether this is the first call: a record is written once. */
	boolean claimWriting() {
		boolean first = !this.written;
		this.written = true;
		return first;
	}

	@Nullable Object get(AuditField field) {
		return this.fields.get(field);
	}

	/** Everything that is known, in the order of the line; addresses unformatted. */
	Map<AuditField, Object> values() {
		Map<AuditField, Object> values = new EnumMap<>(this.fields);
		values.put(AuditField.ATTEMPTS, this.attempts);
		values.put(AuditField.DURATION_MILLIS, Duration.ofNanos(System.nanoTime() - this.start).toMillis());
		return values;
	}

	private void put(AuditField field, @Nullable Object value) {
		if (value != null) {
			this.fields.put(field, value);
		}
		else {
			this.fields.remove(field);
		}
	}

}
