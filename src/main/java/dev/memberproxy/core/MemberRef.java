package dev.memberproxy.core;

/** The id or the address of a member. */
public sealed interface MemberRef {

	/** The id of the membership. */
	record ById(MemberId value) implements MemberRef {
	}

	/** The address of the person. */
	record ByAddress(EmailAddress value) implements MemberRef {
	}

}
