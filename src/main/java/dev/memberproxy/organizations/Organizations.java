package dev.memberproxy.organizations;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The organizations that are configured, by alias. */
public final class Organizations {

	private final Map<String, Organization> byAlias;

	/**
	 * @param organizations organizations with different aliases
	 */
	public Organizations(Collection<Organization> organizations) {
		this.byAlias = organizations.stream()
			.collect(Collectors.toUnmodifiableMap(Organization::alias, Function.identity()));
	}

	public Optional<Organization> find(String alias) {
		return Optional.ofNullable(this.byAlias.get(alias));
	}

	public Collection<Organization> all() {
		return this.byAlias.values();
	}

}
