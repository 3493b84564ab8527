package dev.memberproxy.clients;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;

/** An app that calls the service. */
public final class Client {

	private final String name;

	private final Policy policy;

	private final @Nullable Quota quota;

	Client(String name, Policy policy, @Nullable Quota quota) {
		this.name = name;
		this.policy = policy;
		this.quota = quota;
	}

	/** The client that every caller is while access is open. */
	static Client anonymous(Set<String> organizations) {
		return new Client("open",
				new Policy(organizations, EnumSet.allOf(Operation.class), EnumSet.allOf(Role.class), List.of()), null);
	}

	/**
	 * The client's name in the configuration, used in audit records and metrics.
	 * @return lower-case letters, digits and hyphens
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Whether the client may access an organization. Otherwise the response is the same
	 * as for an organization that does not exist.
	 * @param organization the alias
	 * @return whether it may
	 */
	public boolean canAccess(String organization) {
		return this.policy.organizations().contains(organization);
	}

	/**
	 * What the client may do in the organizations that it can access.
	 * @return the policy
	 */
	public Policy policy() {
		return this.policy;
	}

	/**
	 * Counts a request against the quota, unless the quota is used up.
	 * @return how long to wait for the next request; empty if this one was counted
	 */
	public CompletableFuture<Optional<Duration>> tryConsumeQuota() {
		return (this.quota != null) ? this.quota.tryConsume() : CompletableFuture.completedFuture(Optional.empty());
	}

	Optional<Quota> quota() {
		return Optional.ofNullable(this.quota);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
