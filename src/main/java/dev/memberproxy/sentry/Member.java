package dev.memberproxy.sentry;

import java.util.List;
import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;

/**
 * A member as Sentry returned it, reduced to the fields that this service relies on.
 * <p>
 * See docs/sentry-scim-contract.md, sections 4 and 7.
 *
 * @param id Sentry's id of the membership
 * @param userName the address
 * @param name the name, which Sentry does not know and returns as {@code N/A}
 * @param emails the addresses
 * @param active whether the account is active; null if Sentry leaves it out, as in
 * organizations that use Entra ID
 * @param sentryOrgRole the role, which may be {@code owner}
 */
public record Member(MemberId id, @Nullable String userName, @Nullable Name name, List<Email> emails,
		@Nullable Boolean active, @Nullable String sentryOrgRole) {

	/** The role that SCIM can neither assign nor change. */
	private static final String OWNER = "owner";

	public Member {
		emails = List.copyOf(emails);
	}

	/** Whether the member has a role; false also if Sentry did not return the role. */
	public boolean hasRole(Role role) {
		return role.id().equals(this.sentryOrgRole);
	}

	/** Whether the member is the owner of the organization, or one of several. */
	public boolean isOwner() {
		return OWNER.equals(this.sentryOrgRole);
	}

	/** The member's own address, or empty if Sentry did not return a valid one. */
	public Optional<EmailAddress> address() {
		return Optional.ofNullable(this.userName)
			.map(EmailAddress::normalize)
			.filter((text) -> EmailAddress.findFault(text).isEmpty())
			.map(EmailAddress::new);
	}

	/** Whether this is the member's own address. */
	boolean hasAddress(EmailAddress address) {
		return this.userName != null && EmailAddress.normalize(this.userName).equals(address.value());
	}

	/** A person's name. */
	public record Name(@Nullable String givenName, @Nullable String familyName) {
	}

	/** An address of a member. */
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
