package dev.memberproxy.core;

import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Locale;

import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
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

/**
 * The proxy for outbound requests: the one of {@code members.proxy}, else the one of the
 * JVM's system properties, else none.
 * <p>
 * Requests through the proxy of {@code members.proxy} always use a tunnel, plain http
 * included. Only {@code CONNECT} carries the proxy's credentials, and the proxy sees no
 * request.
 */
public final class OutboundProxy {

	private static final String SENT = OutboundProxy.class.getName() + ".sent";

	private final @Nullable HttpHost proxy;

	private final @Nullable ProxyLogin login;

	private final List<String> bypass;

	private final String hint;

	private OutboundProxy(@Nullable HttpHost proxy, @Nullable ProxyLogin login, List<String> bypass, String hint) {
		this.proxy = proxy;
		this.login = login;
		this.bypass = bypass;
		this.hint = hint;
	}

	/** The proxy of the JVM's system properties, or none. */
	public static OutboundProxy ofJvm() {
		return ofJvm("");
	}

	/**
	 * The proxy of the JVM's system properties, or none.
	 * @param hint a sentence for failures to connect, with a space in front; may be empty
	 */
	public static OutboundProxy ofJvm(String hint) {
		return new OutboundProxy(null, null, List.of(), hint);
	}

	/**
	 * A proxy that is reached over plain http.
	 * @param login the credentials for the proxy, if it requires any
	 * @param bypass lower-case hosts that are reached without the proxy, exact or as
	 * {@code *.example.com}
	 */
	public static OutboundProxy of(String host, int port, @Nullable ProxyLogin login, List<String> bypass) {
		return new OutboundProxy(new HttpHost("http", host, port), login, bypass, "");
	}

	/**
	 * Routes all requests of a client to one target. If the proxy rejects a tunnel, the
	 * request fails with a {@link ProxyRefusedException}, because the response of the
	 * proxy would look like one of the target.
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
		// Runs once the connection is established, before the first byte.
		builder.addExecInterceptorLast("sent", (request, scope, chain) -> {
			scope.clientContext.setAttribute(SENT, true);
			return chain.proceed(request, scope);
		});
		HttpHost proxy = this.proxy;
		ProxyLogin login = this.login;
		if (login != null && proxy != null && proxy.equals(route.getProxyHost())) {
			builder.addExecInterceptorBefore(ChainElement.CONNECT.name(), "proxy-login", (request, scope, chain) -> {
				BasicScheme scheme = new BasicScheme();
				scheme.initPreemptive(login.credentials());
				scope.clientContext.getAuthExchange(proxy).select(scheme);
				return chain.proceed(request, scope);
			});
		}
	}

	/**
	 * The failure of a request whose tunnel the proxy rejected. After a 407 the password
	 * is read again for the next connection.
	 * @param status the status of the response to {@code CONNECT}
	 */
	public ProxyRefusedException refusal(int status) {
		if (status == 407 && this.login != null) {
			this.login.reload();
		}
		return new ProxyRefusedException("The proxy "
				+ ((this.proxy != null) ? this.proxy.toHostString() + " (members.proxy.url) " : "of the JVM ")
				+ "rejected the tunnel with status " + status + "." + ((status == 407) ? remedy() : ""));
	}

	/** A sentence that may explain a failure to connect, with a space in front, or "". */
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
		if (this.proxy == null) {
			return routeOfJvm(target);
		}
		HttpHost host = RoutingSupport.normalize(target, null);
		boolean secure = "https".equals(host.getSchemeName());
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

}
