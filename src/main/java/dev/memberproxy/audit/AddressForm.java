package dev.memberproxy.audit;

import dev.memberproxy.core.Digests;

import dev.memberproxy.core.EmailAddress;

/** How audit lines tell whom a request was about. */
enum AddressForm {

	/** The address itself. */
	FULL {

		@Override
		String format(EmailAddress address) {
			return address.value();
		}

	},

	/** The first letter and the domain. */
	MASKED {

		@Override
		String format(EmailAddress address) {
			return address.value().charAt(0) + address.toString();
		}

	},

	/** The SHA-256 digest, which is the same for the same person. */
	HASHED {

		@Override
		String format(EmailAddress address) {
			return Digests.sha256Hex(address.value());
		}

	};

	abstract String format(EmailAddress address);

}
