package dev.memberproxy.audit;

/** The fields of an audit line, in the order of the line. The list only grows. */
enum AuditField {

	CLIENT("client"),

	/** The person behind the call, as the app claims. */
	REQUESTED_BY("requestedBy"),

	OPERATION("operation"),

	/** The number of the item of a batch, from 0. */
	ITEM("item"),

	DRY_RUN("dryRun"),

	/** The alias of the organization. */
	ORGANIZATION("organization"),

	/** The address of the member, in the configured form. */
	TARGET("target"),

	ROLE_ASKED("roleAsked"),

	ROLE_GIVEN("roleGiven"),

	MEMBER_ID("memberId"),

	OUTCOME("outcome"),

	/** The codes of the warnings in the response. */
	WARNINGS("warnings"),

	UPSTREAM_STATUS("upstreamStatus"),

	PROBLEM("problem"),

	ATTEMPTS("attempts"),

	DURATION_MILLIS("durationMillis"),

	REQUEST_ID("requestId"),

	TRACE_ID("traceId"),

	REMOTE_ADDRESS("remoteAddress"),

	/** A digest of the idempotency key. */
	IDEMPOTENCY_KEY("idempotencyKey");

	private final String key;

	AuditField(String key) {
		this.key = key;
	}

	/** The name of the field in the text of an audit line. */
	String key() {
		return this.key;
	}

}
