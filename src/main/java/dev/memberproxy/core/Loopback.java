package dev.memberproxy.core;

import java.util.regex.Pattern;

/** The hosts to which plain http is safe, because it does not leave this machine. */
public final class Loopback {

	private static final Pattern HOST = Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|\\[::1]");

	private Loopback() {
	}

	/**
	 * Whether a host is this machine. Names other than {@code localhost} are not
	 * resolved.
	 * @param host the host of a URI, an IPv6 address with its brackets
	 * @return whether it is
	 */
	public static boolean isLoopback(String host) {
		return HOST.matcher(host).matches();
	}

}
