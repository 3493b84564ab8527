package dev.memberproxy.sentry;

/** Learns of an attempt what matters to those that come after it. */
public interface AttemptListener {

	/**
	 * The connection stands and the first byte of the request is about to leave. Not
	 * called if it does not come to that.
	 */
	void departing();

	/**
	 * The head of an answer arrived.
	 * @param status its status
	 * @param limits what it tells about Sentry's limits
	 */
	void answered(int status, RateLimits limits);

}
