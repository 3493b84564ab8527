package dev.memberproxy.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
			return sha256(address.value());
		}

	};

	abstract String format(EmailAddress address);

	private static String sha256(String text) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
