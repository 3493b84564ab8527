package dev.memberproxy.clients;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.memberproxy.clients.AccessProperties.ClientSettings;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the clients from the configuration. */
final class ClientFactory {

	private static final Logger logger = LoggerFactory.getLogger(ClientFactory.class);

	private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

	/** Visible ASCII characters: identity providers use no others in their ids. */
	private static final Pattern JWT_CLIENT_ID = Pattern.compile("[\\x21-\\x7e]{1,255}");

	private final AccessProperties properties;

	private final Set<String> organizations;

	private final Quotas quotas;

	/**
	 * @param organizations the aliases of all organizations
	 */
	ClientFactory(AccessProperties properties, Set<String> organizations, Quotas quotas) {
		this.properties = properties;
		this.organizations = organizations;
		this.quotas = quotas;
	}

	/**
	 * @throws InvalidConfigurationException if anything is missing or wrong
	 */
	Clients create() {
		InvalidConfigurationException.throwIfAny(this.properties.findMissing());
		Map<String, Client> byKeySha256 = new LinkedHashMap<>();
		Map<String, Client> byJwtClientId = new LinkedHashMap<>();
		this.properties.clients().forEach((name, settings) -> {
			Client client = create(name, settings);
			jwtClientIds(name, settings).forEach((id) -> putJwtClientId(id, client, byJwtClientId));
			digests(name, settings).forEach((digest) -> putDigest(digest, client, byKeySha256));
			log(client, settings);
		});
		return new Clients(byKeySha256, byJwtClientId);
	}

	private Client create(String name, ClientSettings settings) {
		Policy policy = new Policy(
				read(property(name, "organizations"), settings.organizations(),
						(alias) -> Optional.of(alias).filter(this.organizations::contains),
						"an alias of an organization", this.organizations.stream().sorted().toList()),
				read(property(name, "operations"), settings.operations(), Operation::find, "an operation",
						Operation.IDS),
				read(property(name, "roles"), settings.roles(), Role::find, "a role", Role.IDS),
				settings.emailDomains().stream().map((domain) -> emailDomain(name, domain)).toList());
		Integer limit = settings.requestsPerMinute();
		return new Client(name, policy, (limit != null) ? this.quotas.of(name, limit) : null);
	}

	/**
	 * Shows the effective policy. Otherwise nobody would notice a misspelled environment
	 * variable, such as that of a limit.
	 */
	private static void log(Client client, ClientSettings settings) {
		Policy policy = client.policy();
		logger.info(
				"Client {}: operations {}; roles {}; organizations {}; e-mail domains {}; requests per minute {}; keys {};"
						+ " ids at the identity provider {}",
				client, join(policy.operations().stream().map(Operation::id), "none"),
				join(policy.roles().stream().map(Role::id), "none"), join(policy.organizations().stream(), "none"),
				join(policy.emailDomains().stream(), "any domain"),
				(settings.requestsPerMinute() != null) ? settings.requestsPerMinute() : "unlimited",
				settings.keySha256().size(),
				settings.jwtClientIds().isEmpty() ? "its name" : settings.jwtClientIds().size());
	}

	private static String join(Stream<String> values, String empty) {
		String text = values.sorted().collect(Collectors.joining(", "));
		return text.isEmpty() ? empty : text;
	}

	private static List<String> digests(String name, ClientSettings settings) {
		if (!settings.keySha256().stream().allMatch((digest) -> SHA256.matcher(digest).matches())) {
			throw new InvalidConfigurationException(property(name, "key-sha256"), "is not a SHA-256 digest",
					"Set it to the 64 hexadecimal digits of the digest, not to the key itself.");
		}
		return settings.keySha256().stream().map((digest) -> digest.toLowerCase(Locale.ROOT)).toList();
	}

	private static void putDigest(String digest, Client client, Map<String, Client> byKeySha256) {
		if (byKeySha256.putIfAbsent(digest, client) != null) {
			throw new InvalidConfigurationException(property(client.name(), "key-sha256"),
					"is set for another client too",
					"Give each client a key of its own. The key is what tells clients apart.");
		}
	}

	private static Set<String> jwtClientIds(String name, ClientSettings settings) {
		if (settings.jwtClientIds().isEmpty()) {
			return Set.of(name);
		}
		if (!settings.jwtClientIds().stream().allMatch((id) -> JWT_CLIENT_ID.matcher(id).matches())) {
			throw new InvalidConfigurationException(property(name, "jwt-client-ids"),
					"has an entry that is not a client id",
					"Set it to the ids that the client has at the identity provider, separated by commas: 1 to 255"
							+ " visible ASCII characters each.");
		}
		return new LinkedHashSet<>(settings.jwtClientIds());
	}

	private static void putJwtClientId(String id, Client client, Map<String, Client> byJwtClientId) {
		Client other = byJwtClientId.putIfAbsent(id, client);
		if (other != null) {
			throw new InvalidConfigurationException(property(client.name(), "jwt-client-ids"),
					"and " + property(other.name(), "jwt-client-ids") + " have an entry in common",
					"Give each id to one client only. A client for which the property is not set has its name as its"
							+ " id.");
		}
	}

	private static <T> Set<T> read(String property, List<String> texts, Function<String, Optional<T>> reader,
			String kind, List<String> valid) {
		return texts.stream()
			.map((text) -> reader.apply(text)
				.orElseThrow(() -> new InvalidConfigurationException(property, "has an entry that is not " + kind,
						"Valid entries are: " + String.join(", ", valid) + ".")))
			.collect(Collectors.toUnmodifiableSet());
	}

	/** The domain in the normal form of addresses, with its wildcard. */
	private static String emailDomain(String client, String text) {
		String wildcard = text.startsWith("*.") ? "*." : "";
		String address = EmailAddress.normalize("x@" + text.substring(wildcard.length()));
		if (EmailAddress.findFault(address).isPresent()) {
			throw new InvalidConfigurationException(property(client, "email-domains"),
					"has an entry that is not a domain",
					"Use full domains such as example.com, or *.example.com for all domains below it.");
		}
		return wildcard + address.substring(address.indexOf('@') + 1);
	}

	private static String property(String client, String name) {
		return "members.clients." + client + "." + name;
	}

}
