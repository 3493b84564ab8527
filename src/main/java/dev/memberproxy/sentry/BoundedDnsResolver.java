package dev.memberproxy.sentry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.hc.client5.http.DnsResolver;

/**
 * Limits the time that an attempt waits for a name server. A lookup of the JVM cannot be
 * cancelled and occupies the carrier of a virtual thread, so that one platform thread
 * looks up each name for all attempts that wait for it.
 */
final class BoundedDnsResolver implements DnsResolver {

	private final DnsResolver delegate;

	private final Map<String, FutureTask<InetAddress[]>> lookups = new ConcurrentHashMap<>();

	BoundedDnsResolver(DnsResolver delegate) {
		this.delegate = delegate;
	}

	@Override
	public InetAddress[] resolve(String host) throws UnknownHostException {
		FutureTask<InetAddress[]> lookup = this.lookups.computeIfAbsent(host, this::start);
		try {
			return lookup.get(Attempt.CURRENT.get().remaining().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new UnknownHostException(host + " could not be looked up in time");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnknownHostException("Interrupted while looking up " + host);
		}
		catch (ExecutionException ex) {
			UnknownHostException failure = new UnknownHostException(host);
			failure.initCause(ex.getCause());
			throw failure;
		}
	}

	private FutureTask<InetAddress[]> start(String host) {
		FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> {
			try {
				return this.delegate.resolve(host);
			}
			finally {
				this.lookups.remove(host);
			}
		});
		Thread.ofPlatform().daemon().name("dns-lookup").start(lookup);
		return lookup;
	}

	@Override
	public String resolveCanonicalHostname(String host) throws UnknownHostException {
		return this.delegate.resolveCanonicalHostname(host);
	}

}
