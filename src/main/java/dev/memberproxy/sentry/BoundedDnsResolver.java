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
 * Keeps a name server that does not answer from holding up an attempt past its limit.
 * Nothing can cancel a look-up of the JVM's, and it occupies the carrier of a virtual
 * thread: each name is looked up by one platform thread, for all who wait for it, and
 * whoever has waited long enough goes without.
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
