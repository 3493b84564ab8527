package dev.memberproxy.core;

import java.util.regex.Pattern;

/** The hosts that are this machine, to which plain http is safe. */
public final class Loopback {

	private static final Pattern HOST = Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|\\[::1]");

	private Loopback() {
	}

	/**
	 * Whether a host is this machine. Names other than {@code localhost} are not
	 * resolved.
	 * @param host the host of a URI, an IPv6 address in brackets
	 */
	public static boolean isLoopback(String host) {
		return HOST.matcher(host).matches();
	}

}
