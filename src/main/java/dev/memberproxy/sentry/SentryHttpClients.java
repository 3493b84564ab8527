package dev.memberproxy.sentry;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.core.OutboundProxy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * The HTTP clients, one for each organization. They do nothing by themselves: no retry
 * (HttpClient sends a POST again after 429 and 503 by default), no redirect, no cookies
 * and no authentication. They are not observed, as the URLs of searches contain
 * addresses.
 */
@Component
final class SentryHttpClients implements DisposableBean {

	/** More than Sentry's own limit, so that requests never wait for a connection. */
	private static final int MAX_CONNECTIONS = 1024;

	private static final int BUFFER_BYTES = 2048;

	private static final int MAX_HEAD_LINE = 16 * 1024;

	private static final int MAX_HEADERS = 200;

	/** Shorter than the idle timeouts of common load balancers. */
	private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(30);

	/**
	 * A connection that Sentry has closed would make the outcome of a request unknown.
	 * The check takes about a millisecond, so that recently used connections skip it.
	 */
	private static final TimeValue STALE_CHECK_AFTER = TimeValue.ofMilliseconds(100);

	private final SslBundles sslBundles;

	private final OutboundProxy proxy;

	private final int maxConnections;

	private final Map<Organization, Client> clients;

	@Autowired
	SentryHttpClients(Organizations organizations, SslBundles sslBundles, OutboundProxy proxy,
			MeterRegistry meterRegistry) {
		this(organizations, sslBundles, proxy, MAX_CONNECTIONS, meterRegistry);
	}

	SentryHttpClients(Organizations organizations, SslBundles sslBundles, OutboundProxy proxy, int maxConnections,
			MeterRegistry meterRegistry) {
		this.sslBundles = sslBundles;
		this.proxy = proxy;
		this.maxConnections = maxConnections;
		this.clients = organizations.all()
			.stream()
			.collect(Collectors.toConcurrentMap(Function.identity(), this::client));
		organizations.all().forEach(this::replaceWhenBundleChanges);
		organizations.all().forEach((organization) -> {
			gauge(meterRegistry, organization, "in-use", PoolStats::getLeased);
			gauge(meterRegistry, organization, "idle", PoolStats::getAvailable);
		});
	}

	/** Reads the pool of the current client, which a renewed certificate replaces. */
	private void gauge(MeterRegistry meterRegistry, Organization organization, String state,
			ToIntFunction<PoolStats> count) {
		Gauge
			.builder("sentry.connections",
					() -> count.applyAsInt(
							Objects.requireNonNull(this.clients.get(organization)).connections().getTotalStats()))
			.description("Connections to Sentry, or to the proxy on the way")
			.tags("organization", organization.alias(), "state", state)
			.register(meterRegistry);
	}

	/** Requests in progress end with the client that they started with. */
	private void replaceWhenBundleChanges(Organization organization) {
		if (organization.sslBundle() != null) {
			this.sslBundles.addBundleUpdateHandler(organization.sslBundle(), (_) -> {
				Client replaced = Objects.requireNonNull(this.clients.put(organization, client(organization)));
				CompletableFuture.delayedExecutor(organization.timeouts().deadline().toNanos(), TimeUnit.NANOSECONDS)
					.execute(replaced::close);
			});
		}
	}

	/**
	 * The client for an organization, which needs {@link Attempt#CURRENT} to be bound.
	 */
	RestClient get(Organization organization) {
		return Objects.requireNonNull(this.clients.get(organization)).restClient();
	}

	/** The URL of the members of an organization, without a slash at the end. */
	URI users(Organization organization) {
		return Objects.requireNonNull(this.clients.get(organization)).users();
	}

	/**
	 * What may explain that no connection could be made: a sentence, or an empty text.
	 */
	String connectionHint() {
		return this.proxy.hint();
	}

	private Client client(Organization organization) {
		URI users = URI
			.create(organization.baseUrl() + "/api/0/organizations/" + organization.slug() + "/scim/v2/Users");
		AtomicReference<PoolingHttpClientConnectionManager> connections = new AtomicReference<>();
		HttpComponentsClientHttpRequestFactory factory = requestFactory(organization, connections);
		return new Client(factory, Objects.requireNonNull(connections.get()),
				RestClient.builder().requestFactory(factory).build(), users);
	}

	/**
	 * Boot's builder does not return the connection manager that it builds, whose
	 * connections are a metric: the builder gets one that is built here.
	 */
	private HttpComponentsClientHttpRequestFactory requestFactory(Organization organization,
			AtomicReference<PoolingHttpClientConnectionManager> connections) {
		HttpClientSettings settings = HttpClientSettings.defaults()
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withCookieHandling(HttpCookieHandling.DISABLE)
			.withConnectTimeout(organization.timeouts().connect());
		SslBundle sslBundle = sslBundle(organization);
		return ClientHttpRequestFactoryBuilder.httpComponents().withConnectionManagerCustomizer((builder) -> {
			customizeConnections(builder, Timeout.of(organization.timeouts().connect()));
			connections.set(builder.build());
		}).withHttpClientCustomizer((builder) -> {
			builder.setConnectionManager(connections.get());
			customizeClient(builder, organization);
		})
			.withConnectionConfigCustomizer(SentryHttpClients::customizeConnection)
			.withDefaultRequestConfigCustomizer(SentryHttpClients::customizeRequest)
			.build((sslBundle != null) ? settings.withSslBundle(sslBundle) : settings);
	}

	private @Nullable SslBundle sslBundle(Organization organization) {
		if (organization.sslBundle() == null) {
			return null;
		}
		try {
			return this.sslBundles.getBundle(organization.sslBundle());
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidConfigurationException(property(organization), "names an SSL bundle that is not defined",
					"Define it under spring.ssl.bundle, or correct its name.");
		}
	}

	private static String property(Organization organization) {
		return organization.alias().equals(Organization.DEFAULT_ALIAS) ? "sentry.ssl-bundle"
				: "sentry.organizations." + organization.alias() + ".ssl-bundle";
	}

	private void customizeClient(HttpClientBuilder builder, Organization organization) {
		this.proxy.configure(builder, organization.baseUrl());
		builder.disableAutomaticRetries()
			.disableRedirectHandling()
			.disableCookieManagement()
			.disableAuthCaching()
			.disableConnectionState()
			// It discards a response with an unknown coding, including the status.
			.disableContentCompression()
			.setUserAgent("sentry-member-proxy")
			.setDefaultHeaders(List.of(new BasicHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE)))
			.addExecInterceptorFirst("begin", (request, scope, chain) -> {
				Attempt attempt = Attempt.CURRENT.get();
				if (scope.originalRequest instanceof Cancellable cancellable) {
					attempt.begin(cancellable);
				}
				return chain.proceed(request, scope);
			})
			// Runs when the connection is established, TLS included, before the first
			// byte.
			.addExecInterceptorLast("send", (request, scope, chain) -> {
				Attempt.CURRENT.get().send();
				return chain.proceed(request, scope);
			});
	}

	private void customizeConnections(PoolingHttpClientConnectionManagerBuilder builder, Timeout handshakeTimeout) {
		builder.setDnsResolver(new BoundedDnsResolver(SystemDefaultDnsResolver.INSTANCE))
			.setMaxConnTotal(this.maxConnections)
			.setMaxConnPerRoute(this.maxConnections)
			.setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(handshakeTimeout).build())
			.setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
				.http1Config(Http1Config.custom()
					.setBufferSize(BUFFER_BYTES)
					.setMaxLineLength(MAX_HEAD_LINE)
					.setMaxHeaderCount(MAX_HEADERS)
					.build())
				.build());
	}

	private static void customizeConnection(ConnectionConfig.Builder builder) {
		builder.setSocketTimeout(Timeout.DISABLED).setValidateAfterInactivity(STALE_CHECK_AFTER);
	}

	private static void customizeRequest(RequestConfig.Builder builder) {
		builder.setAuthenticationEnabled(false)
			.setProtocolUpgradeEnabled(false)
			.setConnectionRequestTimeout(Timeout.DISABLED)
			.setConnectionKeepAlive(KEEP_ALIVE);
	}

	@Override
	public void destroy() {
		this.clients.values().forEach(Client::close);
	}

	private record Client(HttpComponentsClientHttpRequestFactory factory,
			PoolingHttpClientConnectionManager connections, RestClient restClient, URI users) {

		void close() {
			try {
				this.factory.destroy();
			}
			catch (Exception ex) {
				throw new IllegalStateException("A client for Sentry could not be closed", ex);
			}
		}

	}

}
