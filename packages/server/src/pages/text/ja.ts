/** The pages in Japanese. */
import { html } from 'hono/html'
import type { Text } from './text.ts'

export const ja: Text = {
  language: '言語',
  newTab: '新しいタブで開きます',
  support: 'お問い合わせ',
  home: {
    title: 'ログイン用のサイトです',
    lead: 'このページで行う操作はありません。ご利用になるアプリを開くと、ログインの際にこのサイトが表示されます。',
  },
  login: {
    title: 'ログイン',
    failedTitle: 'ログインできませんでした',
    lead: (client) => html`${client} このアプリを利用するには、ログインしてください`,
    name: {
      username: {
        label: 'ユーザー名',
        incorrect:
          'ユーザー名またはパスワードが正しくありません。確認して、もう一度お試しください。何度も失敗した場合は、数分待ってからお試しください。',
        invalid: 'ユーザー名とパスワードを入力してください。',
      },
      email: {
        label: 'メールアドレス',
        incorrect:
          'メールアドレスまたはパスワードが正しくありません。確認して、もう一度お試しください。何度も失敗した場合は、数分待ってからお試しください。',
        invalid: 'メールアドレスとパスワードを入力してください。',
      },
      both: {
        label: 'ユーザー名またはメールアドレス',
        incorrect:
          'ユーザー名（またはメールアドレス）かパスワードが正しくありません。確認して、もう一度お試しください。何度も失敗した場合は、数分待ってからお試しください。',
        invalid: 'ユーザー名またはメールアドレスと、パスワードを入力してください。',
      },
    },
    password: 'パスワード',
    submit: 'ログイン',
    cancel: 'キャンセル',
    showPassword: { text: '表示', label: 'パスワードを表示' },
    hidePassword: { text: '非表示', label: 'パスワードを非表示' },
    capsLock: 'Caps Lock がオンになっています。',
    problems: {
      too_many: '試行回数が多すぎます。数分待ってから、もう一度お試しください。',
      busy: '現在混み合っています。少し待ってから、もう一度お試しください。',
      stale: 'ページの有効期限が切れていました。もう一度パスワードを入力してください。',
      no_cookies:
        'ブラウザーがこのサイトの Cookie を保存していません。Cookie を許可してから、もう一度ログインしてください。',
    },
  },
  consent: {
    title: 'アクセスの許可',
    heading: (client) => html`${client} このアプリがアカウントへのアクセスを求めています`,
    permissions: '許可すると、このアプリは次の操作ができます。',
    noPermissions: '特別な権限は必要ありません。',
    resources: '対象のサービス:',
    scopes: {
      openid: 'ご本人であることを確認します。',
      profile: 'お名前とプロフィールを参照します。',
      email: 'メールアドレスを参照します。',
      address: 'ご住所を参照します。',
      phone: '電話番号を参照します。',
      offline_access: 'アプリを使っていない間もアクセスします。',
      groups: '所属グループを参照します。',
      roles: 'ロール（役割）を参照します。',
    },
    loggedInAs: (username) => html`${username} としてログインしています`,
    switchAccount: '別のアカウントを使う',
    remember: '許可したら、次回から確認しない',
    allow: '許可する',
    deny: '許可しない',
    website: 'ウェブサイト',
    policy: 'プライバシーポリシー',
    terms: '利用規約',
  },
  accountChooser: {
    title: 'アカウントの選択',
    lead: (client) => html`${client} で使うアカウントを選んでください`,
    another: '別のアカウントを使う',
  },
  logout: {
    title: 'ログアウトしますか？',
    requestedBy: (client) => html`${client} がログアウトを求めています。`,
    loggedInAs: (username) => html`${username} としてログインしています。`,
    logout: 'ログアウトする',
    stay: 'ログインしたままにする',
  },
  loggedOut: {
    title: 'ログアウトしました',
    lead: 'このページを閉じてください。',
    returnTo: (client) => html`${client} に戻る`,
    returnToApplication: 'アプリに戻る',
    again: 'もう一度ログインする',
  },
  stillLoggedIn: {
    title: 'ログインしたままです',
    lead: (username) => html`${username} としてログインしたままです。このページを閉じてください。`,
  },
  error: {
    kinds: {
      request: {
        title: 'リクエストを処理できませんでした',
        advice: 'アプリの要求に問題があるか、リンクの期限が切れています。アプリに戻って、最初からやり直してください。',
      },
      forbidden: {
        title: 'このページは無効になりました',
        advice: 'アプリに戻って、最初からやり直してください。',
      },
      missing: {
        title: 'ページが見つかりません',
        advice: 'このアドレスにはページがありません。アドレスを確認するか、アプリに戻ってやり直してください。',
      },
      tooMany: {
        title: '試行回数が多すぎます',
        advice: '数分待ってから、もう一度お試しください。',
      },
      unavailable: {
        title: '現在ご利用いただけません',
        advice: '少し待ってから、もう一度お試しください。',
      },
      fault: {
        title: '問題が発生しました',
        advice: 'サーバー側の問題です。少し待ってから、もう一度お試しください。',
      },
    },
    again: '最初からやり直す',
    operator: '問題が続く場合は、リクエスト ID をサービスの管理者にお知らせください。',
    requestId: 'リクエスト ID',
    command: '管理者用のコマンド',
    details: '技術的な詳細',
    more: 'このエラーについて',
  },
  formPost: {
    title: 'お待ちください',
    lead: 'アプリに戻っています。自動的に切り替わらない場合は、「続ける」を押してください。',
    submit: '続ける',
  },
}
