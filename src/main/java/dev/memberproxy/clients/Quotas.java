package dev.memberproxy.clients;

/** Makes the quotas of clients. */
@FunctionalInterface
public interface Quotas {

	/**
	 * The quota of a client.
	 * @param client the name of the client
	 * @param limit how many requests in any 60 seconds, at least 1
	 * @return the quota
	 */
	Quota of(String client, int limit);

}
