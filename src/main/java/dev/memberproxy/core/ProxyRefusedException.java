package dev.memberproxy.core;

import java.net.ConnectException;

/**
 * The outbound proxy rejected a tunnel, so that nothing was sent to the target. The
 * message names the proxy and the remedy, and contains no secret.
 */
public final class ProxyRefusedException extends ConnectException {

	private static final long serialVersionUID = 1L;

	ProxyRefusedException(String message) {
		super(message);
	}

}
