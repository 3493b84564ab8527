package dev.memberproxy.sentry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.SecretToken;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient.RequestBodySpec;
import org.springframework.web.client.RestClient.RequestHeadersSpec;
import org.springframework.web.util.UriUtils;

/**
 * Calls Sentry's SCIM Users API. Each method makes exactly one attempt and gives whatever
 * comes of it one meaning; none throws because of what Sentry does. A request is built
 * from nothing: no header of a caller's is passed on.
 */
public final class SentryGateway {

	/** Of an answer about one member; Sentry's are below 1 KiB. */
	private static final ByteLimit MEMBER_LIMIT = new ByteLimit(64 * 1024);

	/** Of a list of members. */
	private static final ByteLimit LIST_LIMIT = new ByteLimit(1024 * 1024);

	private final SentryHttpClients clients;

	private final AttemptWatch watch;

	private final MemberWriter writer = new MemberWriter();

	private final AnswerReader reader;

	SentryGateway(SentryHttpClients clients, AttemptWatch watch, AnswerReader reader) {
		this.clients = clients;
		this.watch = watch;
		this.reader = reader;
	}

	/**
	 * Sends one {@code POST Users}.
	 * @param organization where to create the member
	 * @param token the credentials to send
	 * @param member whom to create
	 * @param limit how long the attempt may take as a whole; the organization's time-outs
	 * apply within it
	 * @param listener learns how the attempt goes
	 * @return the member, or the meaning of what came instead
	 */
	public Answer<Member> create(Organization organization, SecretToken token, NewMember member, Duration limit,
			AttemptListener listener) {
		return exchange(organization, token,
				json(this.clients.get(organization).post().uri(this.clients.users(organization)),
						this.writer.write(member)),
				MEMBER_LIMIT, limit, listener, this.reader::readCreated);
	}

	/**
	 * Searches for the member with an address by one {@code GET Users}.
	 * @param organization where to search
	 * @param token the credentials to send
	 * @param address whom to search for
	 * @param limit how long the attempt may take as a whole
	 * @param listener learns how the attempt goes
	 * @return what was found, or the meaning of what came instead
	 */
	public Answer<Lookup> find(Organization organization, SecretToken token, EmailAddress address, Duration limit,
			AttemptListener listener) {
		return exchange(organization, token, get(organization, query(address)), LIST_LIMIT, limit, listener,
				(answer) -> this.reader.readFound(answer, address));
	}

	/**
	 * Reads a part of the list of all members by one {@code GET Users}.
	 * @param organization where
	 * @param token the credentials to send
	 * @param startIndex the number of the first member, from 1
	 * @param count how many at most
	 * @param limit how long the attempt may take as a whole
	 * @param listener learns how the attempt goes
	 * @return the page, or the meaning of what came instead
	 */
	public Answer<MemberPage> list(Organization organization, SecretToken token, int startIndex, int count,
			Duration limit, AttemptListener listener) {
		return exchange(organization, token, get(organization, "?startIndex=" + startIndex + "&count=" + count),
				LIST_LIMIT, limit, listener, this.reader::readPage);
	}

	/**
	 * Reads one member by {@code GET Users/{id}}.
	 * @param organization where
	 * @param token the credentials to send
	 * @param id the id of the membership
	 * @param limit how long the attempt may take as a whole
	 * @param listener learns how the attempt goes
	 * @return the member, or the meaning of what came instead
	 */
	public Answer<Member> read(Organization organization, SecretToken token, MemberId id, Duration limit,
			AttemptListener listener) {
		return exchange(organization, token, get(organization, "/" + id.value()), MEMBER_LIMIT, limit, listener,
				this.reader::readMember);
	}

	/**
	 * Changes the role of a member by one {@code PUT Users/{id}}. Never by {@code PATCH},
	 * which can only remove members.
	 * @param organization where
	 * @param token the credentials to send
	 * @param id the id of the membership
	 * @param role the role to give
	 * @param limit how long the attempt may take as a whole
	 * @param listener learns how the attempt goes
	 * @return the member as it is then, possibly with another role than asked for, or the
	 * meaning of what came instead
	 */
	public Answer<Member> changeRole(Organization organization, SecretToken token, MemberId id, Role role,
			Duration limit, AttemptListener listener) {
		return exchange(organization, token,
				json(this.clients.get(organization).put().uri(users(organization, "/" + id.value())),
						this.writer.write(role)),
				MEMBER_LIMIT, limit, listener, this.reader::readChanged);
	}

	/**
	 * Removes a member by one {@code DELETE Users/{id}}.
	 * @param organization where
	 * @param token the credentials to send
	 * @param id the id of the membership
	 * @param limit how long the attempt may take as a whole
	 * @param listener learns how the attempt goes
	 * @return that the member is gone, or the meaning of what came instead
	 */
	public Answer<Removed> remove(Organization organization, SecretToken token, MemberId id, Duration limit,
			AttemptListener listener) {
		return exchange(organization, token,
				this.clients.get(organization).delete().uri(users(organization, "/" + id.value())), MEMBER_LIMIT, limit,
				listener, this.reader::readRemoved);
	}

	private RequestHeadersSpec<?> get(Organization organization, String rest) {
		return this.clients.get(organization).get().uri(users(organization, rest));
	}

	private static RequestHeadersSpec<?> json(RequestBodySpec request, byte[] body) {
		return request.contentType(MediaType.APPLICATION_JSON).body(body);
	}

	private <T> Answer<T> exchange(Organization organization, SecretToken token, RequestHeadersSpec<?> request,
			ByteLimit size, Duration limit, AttemptListener listener, Function<RawAnswer, Answer<T>> reader) {
		request.headers((headers) -> headers.setBearerAuth(token.reveal()));
		Attempt attempt = new Attempt(limit, organization.timeouts().read(), listener);
		return switch (exchange(request, size, attempt)) {
			case Exchange.Answered(RawAnswer raw) -> {
				Answer<T> answer = reader.apply(raw);
				if (answer.showsAcceptance()) {
					organization.token().accepted(token);
				}
				yield answer;
			}
			case Exchange.Failed(Failure failure) -> new Answer.Failed<>(failure);
		};
	}

	private Exchange exchange(RequestHeadersSpec<?> request, ByteLimit size, Attempt attempt) {
		this.watch.add(attempt);
		try {
			return ScopedValue.where(Attempt.CURRENT, attempt)
				.call(() -> Objects
					.requireNonNull(request.exchange((sent, response) -> receive(response, attempt, size))));
		}
		catch (ResourceAccessException ex) {
			return new Exchange.Failed(withoutAnswer(attempt, ex));
		}
		catch (IllegalStateException ex) {
			// So HttpClient ends a request that was cancelled between two of its steps.
			if (!attempt.isExpired()) {
				throw ex;
			}
			return new Exchange.Failed(withoutAnswer(attempt, ex));
		}
		finally {
			this.watch.remove(attempt);
		}
	}

	private Exchange receive(ClientHttpResponse response, Attempt attempt, ByteLimit size) throws IOException {
		attempt.answered(response.getStatusCode().value(), this.reader.readLimits(response.getHeaders()));
		ResponseBody body = body(response, attempt, size);
		if (!body.whole() && attempt.isExpired()) {
			return new Exchange.Failed(
					new Failure.TimedOut("The answer did not arrive whole in time.", attempt.isCutShort()));
		}
		return new Exchange.Answered(new RawAnswer(response.getStatusCode().value(), response.getHeaders(), body));
	}

	private static ResponseBody body(ClientHttpResponse response, Attempt attempt, ByteLimit size) {
		try {
			byte[] bytes = size.read(decoded(response));
			boolean whole = !size.isExceededBy(bytes);
			if (!whole) {
				// Closing the response would read the rest of it first.
				attempt.cancel();
			}
			return new ResponseBody(bytes, whole);
		}
		catch (IOException ex) {
			return ResponseBody.BROKEN;
		}
	}

	/** Not asked for, but a front of Sentry's may compress all the same. */
	private static InputStream decoded(ClientHttpResponse response) throws IOException {
		String coding = response.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING);
		return (coding != null && coding.toLowerCase(Locale.ROOT).endsWith("gzip"))
				? new GZIPInputStream(response.getBody()) : response.getBody();
	}

	/**
	 * The one place that tells whether anything was sent. It goes by the phase that the
	 * attempt had reached, never by the kind of exception: from the first byte on Sentry
	 * may have seen the request.
	 */
	private Failure withoutAnswer(Attempt attempt, RuntimeException ex) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		if (!attempt.hasLeft()) {
			return new Failure.NotSent("No connection to Sentry: " + cause + this.clients.connectionHint(),
					attempt.isCutShort());
		}
		// What it says can be what was received.
		return attempt.isExpired() ? new Failure.TimedOut("Sentry did not answer in time.", attempt.isCutShort())
				: new Failure.Unclear(null, "The connection to Sentry broke: " + cause.getClass().getSimpleName());
	}

	private URI users(Organization organization, String rest) {
		return URI.create(this.clients.users(organization) + rest);
	}

	/**
	 * An address holds no quotation mark, so that none needs to be escaped in the filter;
	 * everything else that means something in a query is encoded, {@code +} too.
	 */
	private static String query(EmailAddress address) {
		return "?startIndex=1&count=100&filter="
				+ UriUtils.encode("userName eq \"" + address.value() + "\"", StandardCharsets.UTF_8);
	}

	/** How one exchange of request and answer ended, before anything is read into it. */
	private sealed interface Exchange {

		record Answered(RawAnswer answer) implements Exchange {
		}

		record Failed(Failure failure) implements Exchange {
		}

	}

}
