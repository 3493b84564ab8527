package dev.memberproxy.delivery;

import java.time.Duration;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.AttemptListener;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import dev.memberproxy.sentry.NewMember;
import dev.memberproxy.sentry.Removed;
import dev.memberproxy.sentry.SentryGateway;

import org.springframework.http.HttpMethod;

/**
 * A request to Sentry that may have to be sent more than once.
 *
 * @param <T> what it is after
 * @param method its method, by which Sentry counts
 * @param subject whom it is about
 * @param exchange sends it once
 */
record Call<T>(HttpMethod method, Object subject, Exchange<T> exchange) {

	static Call<Member> create(NewMember member) {
		return new Call<>(HttpMethod.POST, member.address(), (gateway, organization, token, limit, listener) -> gateway
			.create(organization, token, member, limit, listener));
	}

	static Call<Lookup> find(EmailAddress address) {
		return new Call<>(HttpMethod.GET, address, (gateway, organization, token, limit, listener) -> gateway
			.find(organization, token, address, limit, listener));
	}

	static Call<MemberPage> list(int startIndex, int count) {
		return new Call<>(HttpMethod.GET, startIndex, (gateway, organization, token, limit, listener) -> gateway
			.list(organization, token, startIndex, count, limit, listener));
	}

	static Call<Member> read(MemberId id) {
		return new Call<>(HttpMethod.GET, id, (gateway, organization, token, limit, listener) -> gateway
			.read(organization, token, id, limit, listener));
	}

	static Call<Member> changeRole(MemberId id, Role role) {
		return new Call<>(HttpMethod.PUT, id, (gateway, organization, token, limit, listener) -> gateway
			.changeRole(organization, token, id, role, limit, listener));
	}

	static Call<Removed> remove(MemberId id) {
		return new Call<>(HttpMethod.DELETE, id, (gateway, organization, token, limit, listener) -> gateway
			.remove(organization, token, id, limit, listener));
	}

	/** Whether it is to change something at Sentry. */
	boolean isChange() {
		return !this.method.equals(HttpMethod.GET);
	}

	/**
	 * Sends one request.
	 *
	 * @param <T> what it is after
	 */
	@FunctionalInterface
	interface Exchange<T> {

		Answer<T> perform(SentryGateway gateway, Organization organization, SecretToken token, Duration limit,
				AttemptListener listener);

	}

}
