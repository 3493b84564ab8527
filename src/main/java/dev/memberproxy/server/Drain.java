package dev.memberproxy.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;

/**
 * Goes on serving for a while after the service was told to stop: by then it says that it
 * is not ready, but whoever sends requests may not have noticed. Each answer closes its
 * connection, so that no caller sends one more request into a connection that is about to
 * be cut; except one whose head was sent before, such as that of a long batch.
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
		Answer answer = new Answer((HttpServletResponse) response);
		chain.doFilter(request, answer);
		// What has no body.
		answer.endConnectionWhileDraining();
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

	/**
	 * Asks when its body is about to be written, which is when its head is sent: a
	 * request that was under way when the drain began is the last one of its connection
	 * too.
	 */
	private final class Answer extends HttpServletResponseWrapper {

		private Answer(HttpServletResponse response) {
			super(response);
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			endConnectionWhileDraining();
			return super.getOutputStream();
		}

		@Override
		public PrintWriter getWriter() throws IOException {
			endConnectionWhileDraining();
			return super.getWriter();
		}

		private void endConnectionWhileDraining() {
			if (Drain.this.draining) {
				setHeader(HttpHeaders.CONNECTION, "close");
			}
		}

	}

}
