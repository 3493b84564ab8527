package dev.memberproxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.memberproxy.core.CheckedProperties;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import dev.memberproxy.core.OutboundProxy;
import dev.memberproxy.core.ProxyLogin;
import dev.memberproxy.core.SecretFile;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The proxy for requests to Sentry and to the identity provider.
 *
 * @param url the proxy, as http://host:port
 * @param username the user name for the proxy, if it requires authentication
 * @param passwordFile a file that contains only the password of that user
 * @param bypass the hosts that are reached without the proxy, exact or as *.example.com
 */
@ConfigurationProperties("members.proxy")
record ProxyProperties(@Nullable String url, @Nullable String username, @Nullable String passwordFile,
		@DefaultValue List<String> bypass) implements CheckedProperties {

	private static final Pattern BYPASS = Pattern.compile("(?:\\*\\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+");

	/** RFC 7617 section 2. */
	private static final Pattern USERNAME = Pattern.compile("[^:\\p{Cntrl}\u0080-\u009f]+");

	ProxyProperties {
		url = StringUtils.hasText(url) ? url : null;
		username = StringUtils.hasText(username) ? username : null;
		passwordFile = StringUtils.hasText(passwordFile) ? passwordFile : null;
	}

	@Override
	public List<Fault> findMissing() {
		List<Fault> faults = new ArrayList<>();
		if (this.url == null && (this.username != null || this.passwordFile != null)) {
			faults.add(new Fault("members.proxy.url", "is missing",
					"Set it to the proxy, such as http://proxy.example.com:3128, or remove members.proxy.username and"
							+ " members.proxy.password-file."));
		}
		if (this.username == null && this.passwordFile != null) {
			faults.add(new Fault("members.proxy.username", "is missing",
					"Set it to the user that the password of members.proxy.password-file belongs to."));
		}
		if (this.username != null && this.passwordFile == null) {
			faults.add(new Fault("members.proxy.password-file", "is missing",
					"Set it to a file that contains the password of members.proxy.username."));
		}
		return faults;
	}

	/**
	 * The configured proxy, or the JVM's if none is configured.
	 * @param jvmHint a hint for failures to connect without a configured proxy
	 * @throws InvalidConfigurationException if a value is missing or invalid
	 */
	OutboundProxy toProxy(String jvmHint) {
		InvalidConfigurationException.throwIfAny(findMissing());
		List<String> bypass = this.bypass.stream().map(ProxyProperties::parseBypass).toList();
		if (this.url == null) {
			return OutboundProxy.ofJvm(jvmHint);
		}
		URI uri = parse(this.url);
		return OutboundProxy.of(uri.getHost(), uri.getPort(), login(), bypass);
	}

	private @Nullable ProxyLogin login() {
		if (this.username == null || this.passwordFile == null) {
			return null;
		}
		if (!USERNAME.matcher(this.username).matches()) {
			throw new InvalidConfigurationException("members.proxy.username", "contains a colon or a control character",
					"Set it to the user name only.");
		}
		return new ProxyLogin(this.username,
				SecretFile.of("members.proxy.password-file", this.passwordFile, "password"));
	}

	private static URI parse(String url) {
		URI uri;
		try {
			uri = new URI(url.strip());
		}
		catch (URISyntaxException ex) {
			throw invalidUrl("is not a URL");
		}
		if ("https".equalsIgnoreCase(uri.getScheme())) {
			throw invalidUrl("is https: connections to the proxy itself are plain http");
		}
		if (uri.getRawUserInfo() != null) {
			throw new InvalidConfigurationException("members.proxy.url", "has a user",
					"Set members.proxy.username and members.proxy.password-file instead.");
		}
		if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1
				|| uri.getPort() > 65535 || !uri.getRawPath().replace("/", "").isEmpty() || uri.getRawQuery() != null
				|| uri.getRawFragment() != null) {
			throw invalidUrl("is not of the form http://host:port");
		}
		return uri;
	}

	private static InvalidConfigurationException invalidUrl(String fault) {
		return new InvalidConfigurationException("members.proxy.url", fault,
				"Set it to the proxy, such as http://proxy.example.com:3128.");
	}

	private static String parseBypass(String entry) {
		String host = entry.strip().toLowerCase(Locale.ROOT);
		if (!BYPASS.matcher(host).matches()) {
			throw new InvalidConfigurationException("members.proxy.bypass", "has an entry that is not a host",
					"Use host names such as sentry.example.com, or *.example.com for all hosts below it, without a"
							+ " scheme or a port.");
		}
		return host;
	}

}
