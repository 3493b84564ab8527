package dev.memberproxy.delivery;

import dev.memberproxy.sentry.Member;

/**
 * Has the last word before a member is shown, changed or removed, once it is known who it
 * is and what role it has.
 */
@FunctionalInterface
public interface Consent {

	/**
	 * Lets the request go on, or throws what the caller is to be told.
	 * @param present the member as it is
	 */
	void give(Member present);

}
