package dev.memberproxy.core;

import org.jspecify.annotations.Nullable;

/**
 * The state that the replicas of this service share cannot be reached, or did not respond
 * in time. Whether it was changed is not known.
 */
public final class SharedStateException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * @param message what failed, without any content
	 * @param cause the cause, if it is not known from before
	 */
	public SharedStateException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
