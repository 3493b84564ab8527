package dev.memberproxy.clients;

/** The rules of a policy that can refuse a request. */
public enum Rule {

	/** The client may not do this at all. */
	OPERATION,

	/** The client may not give this role. */
	ROLE,

	/** The client may not touch addresses of this domain. */
	EMAIL_DOMAIN

}
