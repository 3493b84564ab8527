package dev.memberproxy.members.batch;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Stops batches with the service: no new batch is accepted from the moment it is told to
 * stop, and batches in progress continue until the drain has ended, as all other
 * requests.
 */
@Component
class BatchLifecycle implements SmartLifecycle {

	private volatile boolean running;

	private volatile boolean closing;

	@EventListener(ContextClosedEvent.class)
	void close() {
		this.closing = true;
	}

	boolean acceptsBatches() {
		return !this.closing;
	}

	/** Whether a batch in progress may start more of its items. */
	boolean acceptsItems() {
		return this.running;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Right after the drain, which has the highest phase. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE - 1;
	}

}
