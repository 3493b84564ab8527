package dev.memberproxy.sentry;

/** Learns of an attempt what matters to the requests after it. */
public interface AttemptListener {

	/**
	 * The first byte of the request is about to be sent. Not called if no connection
	 * could be made.
	 * @return whether it may be sent: what permitted it may have ended meanwhile
	 */
	boolean sending();

	/** The head of a response arrived. */
	void received(int status, RateLimits limits);

}
