package dev.memberproxy.clients;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;

/**
 * An app that calls the service.
 */
public final class Client {

	private final String name;

	private final Policy policy;

	private final @Nullable Quota quota;

	/**
	 * @param name the name in the configuration
	 * @param policy what the client may do
	 * @param quota how often it may call; null if there is no limit
	 */
	Client(String name, Policy policy, @Nullable Quota quota) {
		this.name = name;
		this.policy = policy;
		this.quota = quota;
	}

	/**
	 * Whoever calls while access is open: may do everything.
	 * @param organizations the aliases of all organizations
	 * @return the client
	 */
	static Client anybody(Set<String> organizations) {
		return new Client("open", new Policy(organizations, EnumSet.allOf(Operation.class), EnumSet.allOf(Role.class),
				new EmailDomains(List.of())), null);
	}

	/**
	 * The client's name in the configuration, by which audit lines and metrics know it.
	 * @return lower-case letters, digits and hyphens
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Whether the client may know of an organization. If not, the organization does not
	 * exist for it.
	 * @param organization the alias
	 * @return whether it may
	 */
	public boolean knows(String organization) {
		return this.policy.organizations().contains(organization);
	}

	/**
	 * What the client may do in the organizations it knows of.
	 * @return the policy
	 */
	public Policy policy() {
		return this.policy;
	}

	/**
	 * Counts a request.
	 * @return empty if it is within the client's quota, otherwise how long to wait
	 */
	public Optional<Duration> exceedsQuota() {
		return quota().flatMap(Quota::take);
	}

	/**
	 * How often the client may call.
	 * @return the quota, or empty if there is no limit
	 */
	Optional<Quota> quota() {
		return Optional.ofNullable(this.quota);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
