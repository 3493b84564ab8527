package dev.memberproxy.clients;

/** The checks that a token has to pass, in their order. */
enum TokenCheck {

	FORM("malformed", "It is not a JSON Web Token that can be read."),

	ALGORITHM("algorithm", "It is not signed with RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or ES512."),

	TYPE("type", "Its header typ is none of JWT, at+jwt, application/at+jwt and application/jwt."),

	ISSUER("issuer", "Its claim iss is not members.jwt.issuer."),

	AUDIENCE("audience", "Its claim aud has none of members.jwt.audience."),

	EXPIRY("expiry", "Its claim exp is missing or in the past."),

	NOT_BEFORE("not yet valid", "Its claim nbf is in the future."),

	CERTIFICATE("certificate", "It is bound to a client certificate that was not presented."),

	CLIENT_CLAIM("unknown client", "The claim named by members.jwt.client-claim is missing or not a text."),

	CLIENT("unknown client",
			"The claim named by members.jwt.client-claim names no configured client: see"
					+ " members.clients.<name>.jwt-client-ids."),

	KEY("signature", "No key of the identity provider has its key id and algorithm."),

	SIGNATURE("signature", "Its signature does not match the key of the identity provider.");

	private final String id;

	private final String description;

	TokenCheck(String id, String description) {
		this.id = id;
		this.description = description;
	}

	Verdict refused() {
		return new Verdict.Refused("The token was refused (" + this.id + "). " + this.description);
	}

}
