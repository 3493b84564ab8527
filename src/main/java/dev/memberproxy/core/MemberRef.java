package dev.memberproxy.core;

/** How a caller says which member it means. */
public sealed interface MemberRef {

	/**
	 * By the id of the membership.
	 *
	 * @param value the id
	 */
	record ById(MemberId value) implements MemberRef {
	}

	/**
	 * By the person's address.
	 *
	 * @param value the address
	 */
	record ByAddress(EmailAddress value) implements MemberRef {
	}

}
