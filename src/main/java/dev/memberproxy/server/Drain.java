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
 * Accepts requests for a while after the service was told to stop and reports that it is
 * not ready, because callers and load balancers notice it late. Each response closes its
 * connection, except one whose head was sent before, such as that of a long batch.
 */
final class Drain implements Filter, SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Drain.class);

	private final Duration duration;

	private volatile boolean running;

	private volatile boolean draining;

	Drain(Duration duration) {
		this.duration = duration;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		HttpServletResponse http = (HttpServletResponse) response;
		chain.doFilter(request, closingResponse(http));
		// For a response without a body.
		closeWhileDraining(http);
	}

	/**
	 * Decides when the body is about to be written, which is when the head is sent. So
	 * requests that started before the drain close their connections too.
	 */
	private HttpServletResponse closingResponse(HttpServletResponse response) {
		return new HttpServletResponseWrapper(response) {

			@Override
			public ServletOutputStream getOutputStream() throws IOException {
				closeWhileDraining(this);
				return super.getOutputStream();
			}

			@Override
			public PrintWriter getWriter() throws IOException {
				closeWhileDraining(this);
				return super.getWriter();
			}

		};
	}

	private void closeWhileDraining(HttpServletResponse response) {
		if (this.draining) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
	}

	@Override
	public void start() {
		this.draining = false;
		this.running = true;
	}

	@Override
	public void stop() {
		this.draining = true;
		if (this.duration.isPositive()) {
			log.info("No longer ready; accepting requests for another {} ms", this.duration.toMillis());
			await();
		}
		this.running = false;
	}

	private void await() {
		try {
			Thread.sleep(this.duration);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Stops before everything else. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

}
