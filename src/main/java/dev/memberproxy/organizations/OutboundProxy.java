package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.memberproxy.core.Loopback;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The proxy on the way to other services: that of {@code members.proxy}, or else that of
 * the JVM's system properties, or none.
 * <p>
 * The proxy of {@code members.proxy} only makes tunnels, for plain http too. So nothing
 * but {@code CONNECT} carries its credentials, and it sees no request.
 */
public final class OutboundProxy {

	private static final Logger logger = LoggerFactory.getLogger(OutboundProxy.class);

	private static final Pattern BYPASS = Pattern.compile("(?:\\*\\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+");

	private static final int MAX_PASSWORD = 1024;

	private static final String SENT = OutboundProxy.class.getName() + ".sent";

	private final @Nullable HttpHost proxy;

	private final @Nullable Login login;

	private final List<String> bypass;

	private final String hint;

	private OutboundProxy(@Nullable HttpHost proxy, @Nullable Login login, List<String> bypass, String hint) {
		this.proxy = proxy;
		this.login = login;
		this.bypass = bypass;
		this.hint = hint;
	}

	/**
	 * The proxy of the JVM's system properties, or none.
	 * @return the proxy
	 */
	public static OutboundProxy ofJvm() {
		return new OutboundProxy(null, null, List.of(), "");
	}

	/**
	 * The proxy as configured.
	 * @param properties the configuration
	 * @param environment tells which proxies are set that this service does not use
	 * @return the proxy
	 * @throws InvalidConfigurationException if anything is wrong with it
	 */
	static OutboundProxy of(ProxyProperties properties, Environment environment) {
		InvalidConfigurationException.throwIfAny(properties.findMissing());
		return new OutboundProxy((properties.url() != null) ? parse(properties.url()) : null, Login.of(properties),
				properties.bypass().stream().map(OutboundProxy::parseBypass).toList(),
				(properties.url() == null && isSetElsewhere(environment))
						? " HTTPS_PROXY is set, but this service does not read it: set members.proxy.url." : "");
	}

	/**
	 * Leads all requests of a client to one target the right way. Where the proxy refuses
	 * a tunnel, the request fails with a {@link ProxyRefusedException}: the response of
	 * the proxy looks like one of the target. Authentication of the client may stay
	 * disabled.
	 * @param builder the client
	 * @param target where its requests go
	 */
	public void configure(HttpClientBuilder builder, URI target) {
		HttpRoute route = route(HttpHost.create(target));
		builder.setRoutePlanner((host, context) -> route);
		if (!route.isTunnelled()) {
			return;
		}
		builder.addExecInterceptorFirst("tunnel", (request, scope, chain) -> {
			ClassicHttpResponse response = chain.proceed(request, scope);
			if (scope.clientContext.getAttribute(SENT) == null) {
				throw refusal(response.getCode());
			}
			return response;
		});
		// Runs when the connection stands, before the first byte.
		builder.addExecInterceptorLast("sent", (request, scope, chain) -> {
			scope.clientContext.setAttribute(SENT, true);
			return chain.proceed(request, scope);
		});
		HttpHost proxy = this.proxy;
		Login login = this.login;
		if (login != null && proxy != null && proxy.equals(route.getProxyHost())) {
			builder.addExecInterceptorBefore(ChainElement.CONNECT.name(), "proxy-login", (request, scope, chain) -> {
				BasicScheme scheme = new BasicScheme();
				scheme.initPreemptive(login.credentials);
				scope.clientContext.getAuthExchange(proxy).select(scheme);
				return chain.proceed(request, scope);
			});
		}
	}

	/**
	 * The proxy made no tunnel. If it asked for credentials, the password is read again
	 * for the next connection.
	 * @param status what it answered to {@code CONNECT}
	 * @return the failure, which names the proxy and the properties
	 */
	ProxyRefusedException refusal(int status) {
		if (status == 407 && this.login != null) {
			this.login.reload();
		}
		return new ProxyRefusedException("The proxy "
				+ ((this.proxy != null) ? this.proxy.toHostString() + " (members.proxy.url) " : "of the JVM ")
				+ "makes no tunnel: it answered " + status + "." + ((status == 407) ? remedy() : ""));
	}

	/**
	 * What may explain that no connection could be made.
	 * @return a sentence to append to others, or nothing
	 */
	public String hint() {
		return this.hint;
	}

	private String remedy() {
		if (this.proxy == null) {
			return " Set members.proxy.url, members.proxy.username and members.proxy.password-file instead of the"
					+ " JVM's system properties.";
		}
		return (this.login != null) ? " Check members.proxy.username and the content of members.proxy.password-file."
				: " Set members.proxy.username and members.proxy.password-file.";
	}

	private HttpRoute route(HttpHost target) {
		HttpHost host = RoutingSupport.normalize(target, null);
		boolean secure = "https".equals(host.getSchemeName());
		if (this.proxy == null) {
			return routeOfJvm(target);
		}
		return isDirect(host.getHostName()) ? new HttpRoute(host, null, secure) : new HttpRoute(host, null, this.proxy,
				secure, TunnelType.TUNNELLED, secure ? LayerType.LAYERED : LayerType.PLAIN);
	}

	private static HttpRoute routeOfJvm(HttpHost target) {
		try {
			return new SystemDefaultRoutePlanner(ProxySelector.getDefault()).determineRoute(target,
					HttpClientContext.create());
		}
		catch (HttpException ex) {
			throw new IllegalStateException("The proxy of the JVM cannot be used", ex);
		}
	}

	private boolean isDirect(String name) {
		String host = name.toLowerCase(Locale.ROOT);
		return Loopback.isLoopback(host.contains(":") ? "[" + host + "]" : host) || this.bypass.stream()
			.anyMatch(
					(pattern) -> pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern));
	}

	private static HttpHost parse(String url) {
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
		return new HttpHost("http", uri.getHost(), uri.getPort());
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

	/** A variable in lower case is found by its name in capitals as well. */
	private static boolean isSetElsewhere(Environment environment) {
		return Stream.of("https_proxy", "HTTPS_PROXY").map(environment::getProperty).anyMatch(StringUtils::hasText)
				&& Stream.of("https.proxyHost", "http.proxyHost", "socksProxyHost")
					.map(environment::getProperty)
					.noneMatch(StringUtils::hasText);
	}

	/** Who this service is at the proxy. */
	private static final class Login {

		private final String username;

		private final SecretFile passwordFile;

		private volatile UsernamePasswordCredentials credentials;

		private Login(String username, SecretFile passwordFile) {
			this.username = username;
			this.passwordFile = passwordFile;
			this.credentials = read();
		}

		static @Nullable Login of(ProxyProperties properties) {
			if (properties.username() == null || properties.passwordFile() == null) {
				return null;
			}
			// RFC 7617 section 2.
			if (properties.username().contains(":") || hasControls(properties.username())) {
				throw new InvalidConfigurationException("members.proxy.username",
						"contains a colon or a control character", "Set it to the name of the user alone.");
			}
			return new Login(properties.username(),
					SecretFile.of("members.proxy.password-file", properties.passwordFile(), "password"));
		}

		/** Keeps the present password if the file has none. */
		void reload() {
			if (!this.passwordFile.isLasting()) {
				return;
			}
			try {
				this.credentials = read();
			}
			catch (InvalidConfigurationException ex) {
				logger.warn("{} {} Until then the password that was read before stays in use.", ex.getMessage(),
						ex.getRemedy());
			}
		}

		private UsernamePasswordCredentials read() {
			String password = this.passwordFile.read();
			if (password.length() > MAX_PASSWORD || hasControls(password)) {
				throw new InvalidConfigurationException(this.passwordFile.property(),
						"names a file whose content contains control characters, or is longer than " + MAX_PASSWORD
								+ " characters",
						"Write the password into the file, on one line.");
			}
			return new UsernamePasswordCredentials(this.username, password.toCharArray());
		}

		private static boolean hasControls(String text) {
			return text.chars().anyMatch(Character::isISOControl);
		}

	}

}
