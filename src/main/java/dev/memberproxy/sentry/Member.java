package dev.memberproxy.sentry;

import java.util.List;
import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;

/**
 * A member as Sentry told of it, reduced to what is known to be part of the contract.
 *
 * @param id Sentry's id of the membership
 * @param userName the address
 * @param name the name, which Sentry does not know and gives as {@code N/A}
 * @param emails the addresses
 * @param active whether the account is active; null where Sentry leaves it out, as it
 * does in organizations that sign in through Entra ID
 * @param sentryOrgRole the role stored, which may be {@code owner}
 */
public record Member(MemberId id, @Nullable String userName, @Nullable Name name, List<Email> emails,
		@Nullable Boolean active, @Nullable String sentryOrgRole) {

	/** The role that cannot be given through SCIM, nor taken away. */
	private static final String OWNER = "owner";

	public Member {
		emails = List.copyOf(emails);
	}

	/**
	 * Whether the member has a role.
	 * @param role a role
	 * @return false also where Sentry did not tell the role
	 */
	public boolean hasRole(Role role) {
		return role.id().equals(this.sentryOrgRole);
	}

	/** Whether the member owns the organization, alone or with others. */
	public boolean isOwner() {
		return OWNER.equals(this.sentryOrgRole);
	}

	/**
	 * The member's own address.
	 * @return the address, or empty where Sentry did not tell one that can be understood
	 */
	public Optional<EmailAddress> address() {
		return Optional.ofNullable(this.userName)
			.map(EmailAddress::normalize)
			.filter((text) -> EmailAddress.findFault(text).isEmpty())
			.map(EmailAddress::new);
	}

	/**
	 * Whether this is the member's own address.
	 * @param address an address
	 * @return false also where Sentry did not tell an address
	 */
	boolean hasAddress(EmailAddress address) {
		return this.userName != null && EmailAddress.normalize(this.userName).equals(address.value());
	}

	/**
	 * A person's name.
	 *
	 * @param givenName the first name
	 * @param familyName the last name
	 */
	public record Name(@Nullable String givenName, @Nullable String familyName) {
	}

	/**
	 * An address of a member.
	 *
	 * @param value the address
	 * @param primary whether it is the main one
	 * @param type what it is for
	 */
	public record Email(String value, @Nullable Boolean primary, @Nullable String type) {

		@Override
		public String toString() {
			return "***";
		}

	}

	@Override
	public String toString() {
		return "Member[id=" + this.id + "]";
	}

}
