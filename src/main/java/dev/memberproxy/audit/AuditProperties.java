package dev.memberproxy.audit;

import dev.memberproxy.core.Digests;
import dev.memberproxy.core.EmailAddress;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the audit log.
 *
 * @param address how audit lines show the address of a member
 */
@ConfigurationProperties("members.audit")
record AuditProperties(@DefaultValue("full") AddressForm address) {

	/** How audit lines show an address. */
	enum AddressForm {

		/** The address itself. */
		FULL,

		/** The first letter and the domain. */
		MASKED,

		/** The SHA-256 digest: equal for the same address, but not a secret. */
		HASHED;

		String format(EmailAddress address) {
			return switch (this) {
				case FULL -> address.value();
				case MASKED -> address.value().charAt(0) + address.toString();
				case HASHED -> Digests.sha256Hex(address.value());
			};
		}

	}

}
