package dev.memberproxy.server;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;

/**
 * Goes on serving for a while after the service was told to stop: by then it says that it
 * is not ready, but whoever sends requests may not have noticed. Each answer closes its
 * connection, so that no caller sends one more request into a connection that is about to
 * be cut.
 */
final class Drain implements Filter, SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Drain.class);

	private final Duration duration;

	private volatile boolean running;

	private volatile boolean draining;

	/**
	 * @param duration how long it takes
	 */
	Drain(Duration duration) {
		this.duration = duration;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.draining) {
			endConnection(response);
		}
		chain.doFilter(request, response);
		// A request that was under way when it began is the last one of its connection
		// too.
		if (this.draining && !response.isCommitted()) {
			endConnection(response);
		}
	}

	private static void endConnection(ServletResponse response) {
		((HttpServletResponse) response).setHeader(HttpHeaders.CONNECTION, "close");
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.draining = true;
		if (this.duration.isPositive()) {
			log.info("Not ready any more; taking requests for another {} ms", this.duration.toMillis());
			await();
		}
		this.running = false;
	}

	private void await() {
		try {
			Thread.sleep(this.duration);
		}
		catch (InterruptedException ex) {
			// Whoever interrupts is in a hurry.
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Before anything else stops. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

}
