package dev.memberproxy.server;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Goes on serving for a while after the service was told to stop: by then it says that it
 * is not ready, but whoever sends requests may not have noticed. Each answer closes its
 * connection, so that no caller sends one more request into a connection that is about to
 * be cut.
 */
// Outside of all that may answer by itself.
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class Drain extends OncePerRequestFilter implements SmartLifecycle {

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
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.draining) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
		chain.doFilter(request, response);
		// A request that was under way when it began is the last one of its connection
		// too.
		if (this.draining && !response.isCommitted()) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
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
