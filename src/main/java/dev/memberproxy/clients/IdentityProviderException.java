package dev.memberproxy.clients;

import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;

/** The keys of the identity provider could not be fetched. Texts have no addresses. */
final class IdentityProviderException extends JWKSetUnavailableException {

	private static final long serialVersionUID = 1L;

	private static final String NETWORK_REMEDY = "Check the identity provider, and the network between it and this"
			+ " service.";

	private final String description;

	private final String remedy;

	private final boolean misconfiguration;

	private IdentityProviderException(String description, String remedy, boolean misconfiguration) {
		super(description);
		this.description = description;
		this.remedy = remedy;
		this.misconfiguration = misconfiguration;
	}

	static IdentityProviderException unreachable(String description) {
		return unreachable(description, NETWORK_REMEDY);
	}

	static IdentityProviderException unreachable(String description, String remedy) {
		return new IdentityProviderException(description, remedy, false);
	}

	static IdentityProviderException misconfigured(String description, String remedy) {
		return new IdentityProviderException(description, remedy, true);
	}

	/** What happened, in a sentence. */
	String description() {
		return this.description;
	}

	/** What an operator can do, in one or more sentences. */
	String remedy() {
		return this.remedy;
	}

	/** Whether the identity provider responds, so that only an operator can help. */
	boolean isMisconfiguration() {
		return this.misconfiguration;
	}

}
