package dev.memberproxy.organizations;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Has tokens read again when something happens to their files. It is the directories that
 * are watched: Kubernetes swaps a symbolic link there, and others put a new file in the
 * place of the old one. As there are changes that no directory tells of, such as one
 * behind a mount, and directories that cannot be watched, the files are also looked at
 * from time to time.
 */
final class TokenFileWatch implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(TokenFileWatch.class);

	/** Whoever writes in place does so in several steps. */
	private static final Duration SETTLING = Duration.ofMillis(100);

	private final List<OrganizationToken> tokens;

	private final Duration interval;

	private final Watching watching;

	private volatile @Nullable Thread thread;

	/**
	 * @param tokens the tokens; those without a file need no watch
	 * @param interval how often to look without having been told of anything
	 * @param watching what tells of changes
	 */
	TokenFileWatch(Collection<OrganizationToken> tokens, Duration interval, Watching watching) {
		this.tokens = tokens.stream().filter((token) -> token.directory().isPresent()).toList();
		this.interval = interval;
		this.watching = watching;
	}

	@Override
	public void start() {
		if (!this.tokens.isEmpty() && !isRunning()) {
			this.thread = Thread.ofPlatform().daemon().name("token-files").start(this::run);
		}
	}

	@Override
	public void stop() {
		Thread thread = this.thread;
		this.thread = null;
		if (thread != null) {
			thread.interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	private void run() {
		try {
			watch();
		}
		catch (InterruptedException ex) {
			// It was stopped.
			Thread.currentThread().interrupt();
		}
	}

	private void watch() throws InterruptedException {
		try (WatchService service = this.watching.open()) {
			new Directories(service).watch();
		}
		catch (IOException | UnsupportedOperationException ex) {
			logUnwatched(ex);
			poll();
		}
	}

	private void poll() throws InterruptedException {
		while (true) {
			Thread.sleep(this.interval);
			reload();
		}
	}

	private void reload() {
		this.tokens.forEach(OrganizationToken::reload);
	}

	/** Without the path, which may be the token itself. */
	private void logUnwatched(Exception cause) {
		logger.warn("Token files are only looked at every {} s: the directory cannot be watched ({}).",
				this.interval.toSeconds(), cause.getClass().getSimpleName());
	}

	/** Opens what tells of changes. */
	@FunctionalInterface
	interface Watching {

		WatchService open() throws IOException;

	}

	/** The directories while they are watched. */
	private final class Directories {

		private final WatchService service;

		private final Map<Path, WatchKey> keys = new HashMap<>();

		private boolean logged;

		private Directories(WatchService service) {
			this.service = service;
		}

		private void watch() throws InterruptedException {
			while (true) {
				TokenFileWatch.this.tokens.forEach((token) -> token.directory().ifPresent(this::register));
				// After that, to find what changed before there was a watch, too.
				reload();
				WatchKey key = this.service.poll(TokenFileWatch.this.interval.toNanos(), TimeUnit.NANOSECONDS);
				if (key != null) {
					Thread.sleep(SETTLING);
					key.pollEvents();
					key.reset();
				}
			}
		}

		/** Again and again, as the directory may have been replaced by another one. */
		private void register(Path directory) {
			try {
				WatchKey key = directory.register(this.service, StandardWatchEventKinds.ENTRY_CREATE,
						StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE);
				WatchKey previous = this.keys.put(directory, key);
				if (previous != null && !previous.equals(key)) {
					previous.cancel();
				}
			}
			catch (IOException | UnsupportedOperationException ex) {
				if (!this.logged) {
					logUnwatched(ex);
				}
				this.logged = true;
			}
		}

	}

}
