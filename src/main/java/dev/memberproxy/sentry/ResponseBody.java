package dev.memberproxy.sentry;

/**
 * The body of an answer as far as it was read.
 *
 * @param bytes what arrived, up to the limit
 * @param whole whether that is all of it: false if the connection broke or the limit was
 * exceeded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copied by nobody
record ResponseBody(byte[] bytes, boolean whole) {

	/** A body that broke off. */
	static final ResponseBody BROKEN = new ResponseBody(new byte[0], false);

}
