package dev.memberproxy.core;

/**
 * The state that the replicas of this service share cannot be reached, or did not respond
 * in time. Whether it was changed is not known.
 */
@SuppressWarnings("serial") // never serialized
public final class SharedStateException extends RuntimeException {

	/**
	 * @param message what failed, without any content
	 * @param cause the cause
	 */
	public SharedStateException(String message, Throwable cause) {
		super(message, cause);
	}

}
