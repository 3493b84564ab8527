package dev.memberproxy.members;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * What a stop of the service means for batches. From the moment it is told to stop, no
 * new batch is accepted; those in progress go on until the drain is over, like all other
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

	/** Whether a new batch may start. */
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
