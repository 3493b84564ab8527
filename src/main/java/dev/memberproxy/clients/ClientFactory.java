package dev.memberproxy.clients;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.memberproxy.clients.AccessProperties.ClientSettings;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the configuration of the clients and puts them together. */
final class ClientFactory {

	private static final Logger logger = LoggerFactory.getLogger(ClientFactory.class);

	private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

	/** Visible ASCII characters, of which all identity providers make their ids. */
	private static final Pattern JWT_CLIENT_ID = Pattern.compile("[\\x21-\\x7e]{1,255}");

	private static final int MAX_REQUESTS_PER_MINUTE = 1_000_000;

	private final AccessProperties properties;

	private final Set<String> organizations;

	ClientFactory(AccessProperties properties, Organizations organizations) {
		this.properties = properties;
		this.organizations = organizations.all()
			.stream()
			.map(Organization::alias)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Finds what is missing for clients to call.
	 * @param properties the configuration
	 * @return the faults, none if nothing is missing
	 */
	static List<Fault> findMissing(AccessProperties properties) {
		List<Fault> faults = new ArrayList<>();
		if (properties.clients().isEmpty()) {
			faults.add(new Fault("members.access", "is clients, which is the default, but no client is configured",
					"Configure one: members.clients.<name>.key-sha256 is the SHA-256 digest of its key, and the README"
							+ " has a command that makes both. Or set members.access=open (MEMBERS_ACCESS=open) to let"
							+ " everybody who can reach the service give seats, and keep it inside a network that only"
							+ " your own apps can reach."));
		}
		String issuer = properties.jwt().issuer();
		properties.clients().forEach((name, caller) -> {
			if (!NAME.matcher(name).matches()) {
				faults.add(new Fault("members.clients", "has a name that cannot be used",
						"Use lower-case letters, digits and inner hyphens for the names below members.clients."));
			}
			else if (caller.keySha256().isEmpty() && issuer == null) {
				faults.add(new Fault(property(name, "key-sha256"), "is missing",
						"Set it to the SHA-256 digest of the client's key, in hexadecimal digits. The README has a"
								+ " command that makes both."));
			}
		});
		if (issuer != null && properties.jwt().audience().isEmpty()) {
			faults.add(new Fault("members.jwt.audience", "is missing",
					"Set it to the audience that tokens for this service carry. Without it, tokens that the issuer made"
							+ " for other services would be taken."));
		}
		return faults;
	}

	/**
	 * All configured clients.
	 * @return the clients
	 * @throws InvalidConfigurationException if anything is missing or wrong
	 */
	Clients create() {
		InvalidConfigurationException.throwIfAny(findMissing(this.properties));
		Map<String, Client> byJwtClientId = new LinkedHashMap<>();
		List<Clients.Key> keys = new ArrayList<>();
		this.properties.clients().forEach((name, caller) -> {
			Client client = client(name, caller);
			jwtClientIds(name, caller).forEach((id) -> putUnique(id, client, byJwtClientId));
			digests(name, caller).forEach((digest) -> keys.add(uniqueKey(name, digest, client, keys)));
			log(client, caller);
		});
		return new Clients(byJwtClientId, keys);
	}

	private Client client(String name, ClientSettings caller) {
		String prefix = property(name, "");
		Policy policy = new Policy(values(prefix + "organizations", caller.organizations(),
				(alias) -> Optional.of(alias).filter(this.organizations::contains), "an alias of an organization",
				String.join(", ", this.organizations.stream().sorted().toList())),
				values(prefix + "operations", caller.operations(), Operation::find, "an operation",
						String.join(", ", Operation.IDS)),
				values(prefix + "roles", caller.roles(), Role::find, "a role", String.join(", ", Role.IDS)),
				new EmailDomains(caller.emailDomains().stream().map((domain) -> domain(prefix, domain)).toList()));
		return new Client(name, policy, quota(prefix, caller.requestsPerMinute()));
	}

	/**
	 * Shows what came of the configuration: a misspelt environment variable is not
	 * noticed otherwise, and a limit that is missing is no limit.
	 */
	private static void log(Client client, ClientSettings caller) {
		Policy policy = client.policy();
		logger.info(
				"Client {}: operations {}; roles {}; organizations {}; e-mail domains {}; requests per minute {}; keys {};"
						+ " ids at the identity provider {}",
				client, list(policy.operations().stream().map(Operation::id)),
				list(policy.roles().stream().map(Role::id)), list(policy.organizations().stream()),
				policy.domains().areLimited() ? list(policy.domains().patterns().stream()) : "any domain",
				(caller.requestsPerMinute() != null) ? caller.requestsPerMinute() : "unlimited",
				caller.keySha256().size(), caller.jwtClientIds().isEmpty() ? "its name" : caller.jwtClientIds().size());
	}

	private static String list(Stream<String> values) {
		return values.sorted()
			.collect(Collectors.collectingAndThen(Collectors.joining(", "), (text) -> text.isEmpty() ? "none" : text));
	}

	private static List<KeyDigest> digests(String name, ClientSettings caller) {
		String property = property(name, "key-sha256");
		return caller.keySha256()
			.stream()
			.map((text) -> KeyDigest.parse(text)
				.orElseThrow(() -> new InvalidConfigurationException(property, "is not a SHA-256 digest",
						"Set it to the 64 hexadecimal digits of the digest, not to the key itself.")))
			.toList();
	}

	private static Set<String> jwtClientIds(String name, ClientSettings caller) {
		if (caller.jwtClientIds().isEmpty()) {
			return Set.of(name);
		}
		if (!caller.jwtClientIds().stream().allMatch((id) -> JWT_CLIENT_ID.matcher(id).matches())) {
			throw new InvalidConfigurationException(property(name, "jwt-client-ids"),
					"has an entry that is not a client id",
					"Set it to the ids that the client has at the identity provider, with commas between them: 1 to 255"
							+ " visible ASCII characters each.");
		}
		return new LinkedHashSet<>(caller.jwtClientIds());
	}

	private static void putUnique(String id, Client client, Map<String, Client> byJwtClientId) {
		Client other = byJwtClientId.putIfAbsent(id, client);
		if (other != null) {
			throw new InvalidConfigurationException(property(client.name(), "jwt-client-ids"),
					"and " + property(other.name(), "jwt-client-ids") + " have an entry in common",
					"Give each id to one client only. A client for which the property is not set has its name as its"
							+ " id.");
		}
	}

	private static Clients.Key uniqueKey(String name, KeyDigest digest, Client client, List<Clients.Key> others) {
		if (others.stream().anyMatch((key) -> key.digest().isSame(digest))) {
			throw new InvalidConfigurationException(property(name, "key-sha256"), "is set for another client too",
					"Give each client a key of its own, or nobody can tell them apart.");
		}
		return new Clients.Key(digest, client);
	}

	private static <T> Set<T> values(String property, List<String> texts, Function<String, Optional<T>> reader,
			String what, String known) {
		return texts.stream()
			.map((text) -> reader.apply(text)
				.orElseThrow(() -> new InvalidConfigurationException(property, "has an entry that is not " + what,
						"Known are: " + known + ".")))
			.collect(Collectors.toUnmodifiableSet());
	}

	private static String domain(String prefix, String domain) {
		return EmailDomains.normalize(domain)
			.orElseThrow(() -> new InvalidConfigurationException(prefix + "email-domains",
					"has an entry that is not a domain",
					"Use full domains such as example.com, or *.example.com for all domains below it."));
	}

	private static @Nullable Quota quota(String prefix, @Nullable Integer requestsPerMinute) {
		if (requestsPerMinute == null) {
			return null;
		}
		if (requestsPerMinute < 1 || requestsPerMinute > MAX_REQUESTS_PER_MINUTE) {
			throw new InvalidConfigurationException(prefix + "requests-per-minute", "is not a usable limit",
					"Set it to a whole number from 1 to " + MAX_REQUESTS_PER_MINUTE
							+ ", or leave it out for no limit.");
		}
		return new MinuteQuota(requestsPerMinute, System::nanoTime);
	}

	private static String property(String client, String name) {
		return "members.clients." + client + "." + name;
	}

}
